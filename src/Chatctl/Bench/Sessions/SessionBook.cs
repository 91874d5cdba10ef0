using HdrHistogram;

namespace Chatctl.Bench.Sessions;

/// <summary>What the sessions of one run share: their numbers, their buffers, and how long resumes took. One thread uses it.</summary>
internal sealed class SessionBook
{
    private const int ReceiveSize = 128 * 1024;
    private const long LongestResume = 3600L * 1_000_000_000;

    private readonly long[] _ids;
    private readonly LongHistogram _resumes = new(1000, LongestResume, 3);

    /// <param name="options">The load.</param>
    /// <param name="faults">Counts what is wrong.</param>
    public SessionBook(BenchOptions options, Faults faults)
    {
        _ids = [.. Enumerable.Repeat(-1L, options.Clients)];
        Numbers = new LineNumbers(options.Clients, options.Echo, faults) { Sessions = options.Sessions };

        // As the protocol says: each byte of a text may be an escape of six bytes. 4 KiB is a page of who is there.
        LongestObject = (6 * options.Size) + 4096 + 1024;
        Buffer = GC.AllocateArray<byte>(LongestObject + ReceiveSize, pinned: true);
        Texts = new byte[Buffer.Length];
    }

    /// <summary>The numbers of all lines.</summary>
    public LineNumbers Numbers { get; }

    /// <summary>The longest line that a server sends, in bytes.</summary>
    public int LongestObject { get; }

    /// <summary>Where bytes arrive.</summary>
    public byte[] Buffer { get; }

    /// <summary>Where the lines of the load are put together. As long as <see cref="Buffer"/>, because a line is longer than its text.</summary>
    public byte[] Texts { get; }

    /// <summary>How many sessions were resumed.</summary>
    public long Resumes => _resumes.TotalCount;

    /// <summary>The time from the reset until the hello of the server: 99 of 100 took at most so long. Zero if there were none.</summary>
    public TimeSpan ResumeP99 => Resumes == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_resumes.GetValueAtPercentile(99) / 1000.0);

    /// <summary>Says which number the server has given to a session.</summary>
    public void Introduce(int client, long id) => _ids[client] = id;

    /// <summary>Whether the server has given this number to a session before.</summary>
    public bool IsKnown(int client, long id) => _ids[client] == id;

    /// <summary>Whether the server says rightly who said a line.</summary>
    /// <param name="origin">The first field of the line, as in <see cref="LineFormat"/>.</param>
    /// <param name="id">The number of the member that said it, as the server says.</param>
    /// <param name="hasName">Whether the server says the name of a session with it.</param>
    public bool IsSpeaker(ulong origin, long id, bool hasName)
    {
        // A line of another run has no sender here. The checker reports it.
        int client = _ids.Length - 1 - LineFormat.SenderOf(origin);
        return client < 0 || (_ids[client] < 0 ? !hasName : hasName && _ids[client] == id);
    }

    /// <summary>Notes that a session was resumed.</summary>
    /// <param name="nanoseconds">How long it took.</param>
    public void Resumed(long nanoseconds) => _resumes.RecordValue(Math.Clamp(nanoseconds, 0, LongestResume));
}
