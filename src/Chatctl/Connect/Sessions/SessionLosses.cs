using Chatctl.Io;

namespace Chatctl.Connect.Sessions;

/// <summary>Counts what a session has lost or may have doubled. Says it when it happens, and once more at the end.</summary>
/// <param name="peer">The server, for messages.</param>
internal sealed class SessionLosses(string peer)
{
    private readonly Lock _gate = new();
    private long _refused;
    private long _doubled;
    private long _lost;
    private string? _missed;

    /// <summary>All of it, as a sentence; null if there is nothing.</summary>
    public string? Sentence
    {
        get
        {
            lock (_gate)
            {
                string?[] parts =
                [
                    _refused == 0 ? null : $"{Lines(_refused)} {(_refused == 1 ? "was" : "were")} refused",
                    _lost == 0 ? null : $"{Lines(_lost)} of the input {(_lost == 1 ? "was" : "were")} acknowledged and may be lost",
                    _doubled == 0 ? null : $"{Lines(_doubled)} may arrive twice",
                    _missed,
                ];
                string text = string.Join(", and ", parts.Where(part => part is not null));
                return text.Length == 0 ? null : $"{peer}: {text}";
            }
        }
    }

    /// <summary>So many lines, in words.</summary>
    public static string Lines(long count) => count == 1 ? "1 line" : $"{count} lines";

    /// <summary>A line of the input is not said. Only the first is told at once. May be called from any thread.</summary>
    /// <param name="message">Which, and why.</param>
    public void Refuse(string message)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _refused++ == 0;
        }

        if (isFirst)
        {
            StandardStreams.Diagnose(message);
        }
    }

    /// <summary>Lines of the input may have been said, and are sent again to a server that does not know of it.</summary>
    public void Double(long lines)
    {
        lock (_gate)
        {
            _doubled += lines;
        }
    }

    /// <summary>Lines of the input were said and acknowledged, and the server has lost them.</summary>
    public void Lose(long lines)
    {
        lock (_gate)
        {
            _lost += lines;
        }
    }

    /// <summary>Lines of the room do not come.</summary>
    /// <param name="which">Which, as the end of a sentence. Only the first is repeated at the end.</param>
    public void Miss(string which)
    {
        lock (_gate)
        {
            _missed ??= which;
        }
    }
}
