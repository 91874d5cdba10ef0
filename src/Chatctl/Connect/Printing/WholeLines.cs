namespace Chatctl.Connect.Printing;

/// <summary>Passes on whole lines only. It holds back the beginning of a line until the end of that line is there.</summary>
/// <param name="inner">Gets the lines. It is not disposed.</param>
/// <param name="terminator">What lines end with.</param>
/// <param name="reason">The option that needs whole lines. The message about a line that is too long names it.</param>
internal class WholeLines(Stream inner, byte terminator, string reason) : OutputStream
{
    /// <summary>The longest line that can be held back, in bytes.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    private byte[] _held = [];
    private int _length;

    /// <summary>Gets the lines.</summary>
    protected Stream Inner => inner;

    /// <summary>What lines end with.</summary>
    protected byte Terminator => terminator;

    /// <exception cref="IOException">A line is too long to be held back.</exception>
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

    /// <summary>Drops what is held back, because its end will never come.</summary>
    public void Forget() => _length = 0;

    /// <summary>Gets lines. They are whole, except that the last one may lack its end.</summary>
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
