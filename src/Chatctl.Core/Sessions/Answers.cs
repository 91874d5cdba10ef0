using System.Buffers;

namespace Chatctl.Core.Sessions;

/// <summary>What the room says to one session alone: its hello, acks, errors, and the answers to what it asks.</summary>
/// <remarks>
/// Everything is under the room's lock. Little is queued: an ack and the answer to who are written when the member can take them, and a member that does not
/// read its errors is not read from.
/// </remarks>
internal sealed class Answers
{
    // There are two buffers. One collects answers while the transport sends the other.
    private (ArrayBufferWriter<byte> Bytes, SessionEncoder Encoder) _collecting = Open();
    private (ArrayBufferWriter<byte> Bytes, SessionEncoder Encoder) _given = Open();

    /// <summary>Writes answers.</summary>
    public SessionEncoder Encoder => _collecting.Encoder;

    /// <summary>How many bytes wait for the member.</summary>
    public int Queued => _collecting.Bytes.WrittenCount;

    /// <summary>Hands out all that is queued. The bytes are valid until the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        (_collecting, _given) = (_given, _collecting);
        _collecting.Bytes.ResetWrittenCount();
        return _given.Bytes.WrittenMemory;
    }

    private static (ArrayBufferWriter<byte> Bytes, SessionEncoder Encoder) Open()
    {
        var bytes = new ArrayBufferWriter<byte>();
        return (bytes, new SessionEncoder(bytes));
    }
}
