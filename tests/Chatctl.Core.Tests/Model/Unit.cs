namespace Chatctl.Core.Tests.Model;

/// <summary>What all members get, in the one order: a line, or an event that only sessions get.</summary>
/// <param name="Seq">The number of a line; 0 for an event.</param>
/// <param name="Owner">The member or session whose own it is; 0 for none.</param>
/// <param name="Time">When it was said.</param>
/// <param name="Plain">What plain members get; empty for an event.</param>
/// <param name="Json">What sessions get.</param>
internal sealed record Unit(long Seq, long Owner, DateTimeOffset Time, byte[] Plain, byte[] Json);
