namespace Chatctl.Core.Sessions;

/// <summary>What the room says to one session alone: its hello, acks, errors, and the answers to what it asks.</summary>
/// <remarks>
/// Everything is under the room's lock. Little is queued: an ack and the answer to who are written when the member can take them, and a member that does not
/// read its errors is not read from.
/// </remarks>
internal sealed class Answers
{
    // There are two. One collects answers while the transport sends the other.
    private SessionEncoder _given = new();

    /// <summary>Writes answers.</summary>
    public SessionEncoder Encoder { get; private set; } = new();

    /// <summary>How many bytes wait for the member.</summary>
    public int Queued => Encoder.Written.Length;

    /// <summary>Hands out all that is queued. The bytes are valid until the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        (Encoder, _given) = (_given, Encoder);
        Encoder.Clear();
        return _given.Written;
    }
}
