namespace Chatctl.Core.Journal;

/// <summary>What survives a restart of a session.</summary>
/// <param name="Id">Its number in the room.</param>
/// <param name="Client">A hash of its client id. The id itself is a secret, and files are read by many.</param>
/// <param name="Owner">The name of the principal whose session it is; null in a room without access rules.</param>
/// <param name="Name">Its name.</param>
/// <param name="N">The client's number of the last line that was taken; 0 if none was.</param>
/// <param name="Seq">The room's number of that line.</param>
internal readonly record struct SessionRecord(long Id, string Client, string? Owner, string Name, long N, long Seq);
