using Chatctl.Connect.Printing;

namespace Chatctl.Connect;

/// <summary>Prints the bytes as they come.</summary>
/// <param name="output">Gets them. It is flushed when nothing more comes.</param>
/// <param name="options">What lines end with, and how many to print over all connections. Nothing after the end of the last line is printed.</param>
internal sealed class PlainReception(Stream output, ClientOptions options) : IReception
{
    // If the rest of a line never comes, its beginning must not be joined to the first line of another connection.
    private readonly WholeLines? _whole = options.Retries ? new WholeLines(output, options.Terminator, "--retry") : null;
    private byte _last = options.Terminator;

    public long? Wanted { get; private set; } = options.Count;

    public bool IsReady => true;

    // A NUL counts as an end even if LF is expected, because a user may read a room whose lines end in NUL without the option for that.
    public bool IsMidLine => _last != options.Terminator && _last != 0;

    public bool HasProgress { get; private set; }

    public TimeSpan Patience => Timeout.InfiniteTimeSpan;

    public string? Objection => null;

    public void Begin(Connection connection, Action ready)
    {
        _last = options.Terminator;
        HasProgress = false;
        ready();
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (!options.Prints || Wanted == 0)
        {
            return;
        }

        HasProgress |= bytes.Contains(options.Terminator);
        _last = bytes[^1];
        ((Stream?)_whole ?? output).Write(bytes[..TakeLines(bytes)]);
    }

    public void OnSilence()
    {
        // It waits for ever.
    }

    public string? Fault() => null;

    public void Lose() => _whole?.Forget();

    public void Confirm()
    {
        // There are no numbers to keep.
    }

    public void Finish()
    {
        _whole?.Flush();
        output.Flush();
    }

    public void Close()
    {
        // There is nothing to keep for another run.
    }

    /// <summary>Tells how many of the bytes belong to wanted lines, and counts those lines.</summary>
    private int TakeLines(ReadOnlySpan<byte> bytes)
    {
        if (Wanted is null)
        {
            return bytes.Length;
        }

        int taken = 0;
        while (Wanted > 0 && bytes[taken..].IndexOf(options.Terminator) is >= 0 and var end)
        {
            taken += end + 1;
            Wanted--;
        }

        return Wanted == 0 ? taken : bytes.Length;
    }
}
