namespace Chatctl.Core;

/// <summary>Keeps what a member sends behind its hello, until it has its session. The member is not read from meanwhile, so that is not more than one read.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
internal sealed class HeldInput : Input
{
    private byte[] _bytes = [];

    /// <summary>What it keeps.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether the member has half-closed.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public override bool Take(ReadOnlySpan<byte> chunk)
    {
        _bytes = [.. _bytes, .. chunk];
        return true;
    }

    /// <inheritdoc/>
    public override void Finish() => HasEnded = true;
}
