using System.Runtime.InteropServices;

namespace Chatctl.Core;

/// <summary>
/// A block of the log: units one behind another, and the runs that say whose they are. A unit never spans two segments, so the start of
/// any segment is a unit's start.
/// </summary>
/// <remarks>
/// One writer at a time (under the room's lock), any number of readers without a lock. The writer fills in bytes and runs first and
/// publishes <see cref="Length"/> last; what lies before it never changes, but for <see cref="Run.End"/> and <see cref="Run.Units"/> of the last run, which grow.
/// A reader reads <see cref="Next"/> before <see cref="Length"/>: if there is a next segment, that length is final.
/// </remarks>
internal sealed class Segment
{
    // 64-byte lines from alternating senders fill bytes and runs evenly; shorter ones seal the segment early.
    private const int BytesPerRun = 64;

    private readonly byte[] _bytes;
    private readonly Run[] _runs;
    private int _length;
    private int _runCount;
    private int _readers;
    private Segment? _next;

    /// <summary>Allocates a segment. Pinned, so that sends from it need no handle each; not cleared, so that it costs no memory before it is used.</summary>
    /// <param name="capacity">Bytes.</param>
    public Segment(int capacity)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        _runs = GC.AllocateUninitializedArray<Run>(Math.Max(capacity / BytesPerRun, 16));
    }

    /// <summary>Where it begins, in bytes since the room began.</summary>
    public long Start { get; private set; }

    /// <summary>The sequence number of its first unit.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>How many of its bytes are published.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>How many units it holds. For the writer.</summary>
    public int Units => _runCount == 0 ? 0 : _runs[_runCount - 1].Units;

    /// <summary>The index of its last run; 0 while it has none. For the writer.</summary>
    public int LastRun => Math.Max(_runCount - 1, 0);

    /// <summary>The segment behind it, once this one is sealed.</summary>
    public Segment? Next => Volatile.Read(ref _next);

    /// <summary>When it was sealed, as a timestamp of the room's clock; meaningless before.</summary>
    public long SealedAt { get; private set; }

    /// <summary>Whether no cursor stands in it.</summary>
    public bool IsDeserted => Volatile.Read(ref _readers) == 0;

    /// <summary>Makes it an empty segment again. For the writer, when no cursor stands in it.</summary>
    public void Reset(long start, long firstSequence)
    {
        Start = start;
        FirstSequence = firstSequence;
        _length = 0;
        _runCount = 0;
        _readers = 0;
        _next = null;
    }

    /// <summary>Appends whole units that lie in two pieces. For the writer.</summary>
    /// <returns>False if they do not fit; nothing is appended then.</returns>
    public bool TryAppend(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units)
    {
        bool extends = _runCount > 0 && _runs[_runCount - 1].Owner == owner;
        if (head.Length + rest.Length > _bytes.Length - _length || (!extends && _runCount == _runs.Length))
        {
            return false;
        }

        head.CopyTo(_bytes.AsSpan(_length));
        rest.CopyTo(_bytes.AsSpan(_length + head.Length));
        int end = _length + head.Length + rest.Length;
        int before = Units;
        ref Run run = ref _runs[extends ? _runCount - 1 : _runCount];
        run.Units = units + before;
        run.Owner = owner;
        Volatile.Write(ref run.End, end);
        _runCount += extends ? 0 : 1;
        Volatile.Write(ref _length, end);
        return true;
    }

    /// <summary>Ends it: nothing more is appended. For the writer.</summary>
    public void Seal(Segment next, long timestamp)
    {
        SealedAt = timestamp;
        Volatile.Write(ref _next, next);
    }

    /// <summary>A cursor moves in. Always before it leaves the segment in front, so that trimming, which goes from the front, cannot overtake it.</summary>
    public void Enter() => Interlocked.Increment(ref _readers);

    /// <summary>A cursor moves out.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Exit() => Interlocked.Decrement(ref _readers) == 0;

    /// <summary>A run. Valid for any index up to the run that holds the last byte before a <see cref="Length"/> that was read earlier.</summary>
    public ref readonly Run RunAt(int index) => ref _runs[index];

    /// <summary>Published bytes as memory that a system call can use without pinning.</summary>
    public ReadOnlyMemory<byte> Memory(int offset, int length) => MemoryMarshal.CreateFromPinnedArray(_bytes, offset, length);
}
