using System.Buffers;

namespace Chatctl.Transport.Tls;

/// <summary>
/// Collects the records that one write becomes, so that one send carries them all. A server has one, for its flushing thread: no connection holds
/// memory of its own unless its socket is full.
/// </summary>
internal sealed class Records
{
    private readonly ArrayBufferWriter<byte> _bytes = new(80 << 10);

    /// <summary>What was collected. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Collected => _bytes.WrittenSpan;

    /// <summary>Forgets what was collected.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>Adds records.</summary>
    /// <param name="records">They are copied.</param>
    public void Add(ReadOnlySpan<byte> records) => _bytes.Write(records);
}
