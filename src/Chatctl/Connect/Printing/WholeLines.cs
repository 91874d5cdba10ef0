namespace Chatctl.Connect.Printing;

/// <summary>Passes on whole lines only, and holds back the beginning of one until its end is there.</summary>
/// <param name="inner">Where they go; not disposed.</param>
/// <param name="terminator">What lines end with.</param>
/// <param name="reason">The option that asks for it, for the message about a line that is too long.</param>
internal class WholeLines(Stream inner, byte terminator, string reason) : OutputStream
{
    /// <summary>How long a line may be.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    private byte[] _held = [];
    private int _length;

    /// <summary>Where they go.</summary>
    protected Stream Inner => inner;

    /// <summary>What lines end with.</summary>
    protected byte Terminator => terminator;

    /// <exception cref="IOException">A line is too long to be held.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int last = buffer.LastIndexOf(terminator) + 1;
        if (last > 0)
        {
            if (_length > 0)
            {
                int first = buffer.IndexOf(terminator) + 1;
                Hold(buffer[..first]);
                Flush();
                buffer = buffer[first..];
                last -= first;
            }

            if (last > 0)
            {
                PassOn(buffer[..last]);
            }
        }

        Hold(buffer[last..]);
    }

    /// <summary>Passes on what is held back.</summary>
    public override void Flush()
    {
        if (_length > 0)
        {
            int length = _length;
            _length = 0;
            PassOn(_held.AsSpan(0, length));
        }
    }

    /// <summary>Forgets what is held back: its end will never come.</summary>
    public void Forget() => _length = 0;

    /// <summary>Takes lines that are whole, but perhaps for the last.</summary>
    /// <param name="lines">One or several.</param>
    protected virtual void PassOn(ReadOnlySpan<byte> lines) => inner.Write(lines);

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > LongestLine)
        {
            throw new IOException($"a line longer than {LongestLine >> 20} MiB cannot be held for {reason}");
        }

        if (_length + bytes.Length > _held.Length)
        {
            Array.Resize(ref _held, Math.Max(4096, 2 * (_length + bytes.Length)));
        }

        bytes.CopyTo(_held.AsSpan(_length));
        _length += bytes.Length;
    }
}
