namespace Chatctl.Core;

/// <summary>What becomes of the bytes that a member sends. The member's <see cref="Beginning"/> keeps what is not complete yet.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
internal abstract class Input
{
    /// <summary>Takes a chunk of any size.</summary>
    /// <returns>False if a line is too long. Then the lines before it have been taken, and nothing from its start on.</returns>
    public abstract bool Take(ReadOnlySpan<byte> chunk);

    /// <summary>Takes what the end of input has left without an end.</summary>
    public abstract void Finish();
}
