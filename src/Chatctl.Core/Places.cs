namespace Chatctl.Core;

/// <summary>A moment in the room's order, as a position in the log of each feed.</summary>
/// <param name="Plain">The position in the log of plain members, in bytes.</param>
/// <param name="Sessions">The position in the log of sessions, in bytes; 0 if there was none.</param>
internal readonly record struct Places(long Plain, long Sessions);
