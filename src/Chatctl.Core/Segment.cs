using System.Runtime.InteropServices;

namespace Chatctl.Core;

/// <summary>
/// A block of the log: units one behind another, and the runs that say whose they are. A unit never spans two segments, so the start of
/// any segment is a unit's start.
/// </summary>
/// <remarks>
/// One writer at a time (under the room's lock), any number of readers without a lock. The writer fills in bytes and runs first and
/// publishes <see cref="Length"/> last, perhaps for several units together; what lies before it never changes, but for <see cref="Run.End"/> and <see cref="Run.Units"/> of the last run, which grow.
/// A reader reads <see cref="Next"/> before <see cref="Length"/>: if there is a next segment, that length is final.
/// </remarks>
internal sealed class Segment
{
    // 64-byte lines from alternating senders fill bytes and runs evenly; shorter ones seal the segment early.
    private const int BytesPerRun = 64;

    // In place of a count of readers: nobody can move in.
    private const int Retired = int.MinValue;

    private readonly byte[] _bytes;
    private readonly Run[] _runs;
    private int _written;
    private int _length;
    private int _runCount;
    private long _start;
    private int _readers;
    private volatile bool _isCut;
    private Segment? _next;

    /// <summary>Allocates a segment. Pinned, so that sends from it need no handle each; not cleared, so that it costs no memory before it is used.</summary>
    /// <param name="capacity">Bytes.</param>
    public Segment(int capacity)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        _runs = GC.AllocateUninitializedArray<Run>(Math.Max(capacity / BytesPerRun, 16));
    }

    /// <summary>Where it begins, in bytes since the room began. No two segments ever begin at the same place, so it tells one life of a segment from another.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>The sequence number of its first unit.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>How many of its bytes are published: all once it is sealed.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>How many bytes it holds, published or not. For the writer.</summary>
    public int Written => _written;

    /// <summary>How many units it holds. For the writer, or once it is sealed.</summary>
    public int Units => _runCount == 0 ? 0 : _runs[_runCount - 1].Units;

    /// <summary>The index of its last run; 0 while it has none. For the writer.</summary>
    public int LastRun => Math.Max(_runCount - 1, 0);

    /// <summary>The segment behind it, once this one is sealed.</summary>
    public Segment? Next => Volatile.Read(ref _next);

    /// <summary>When it was sealed, as a timestamp of the room's clock; meaningless before.</summary>
    public long SealedAt { get; private set; }

    /// <summary>
    /// Whether it was cut off from the log: it is kept for the cursors that stand in it alone, and what comes behind it may be gone. They
    /// finish the unit they are in and jump.
    /// </summary>
    public bool IsCut => _isCut;

    /// <summary>Makes it an empty segment again. For the writer, when it is new or retired.</summary>
    public void Reset(long start, long firstSequence)
    {
        Volatile.Write(ref _start, start);
        FirstSequence = firstSequence;
        _written = 0;
        _length = 0;
        _runCount = 0;
        _isCut = false;
        _next = null;

        // Last: from here on cursors can move in, and one that meant its life before sees by the start that it has come too late.
        Volatile.Write(ref _readers, 0);
    }

    /// <summary>Appends whole units that lie in two pieces. For the writer; readers see them once they are published.</summary>
    /// <returns>False if they do not fit; nothing is appended then.</returns>
    public bool TryAppend(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units)
    {
        bool extends = _runCount > 0 && _runs[_runCount - 1].Owner == owner;
        if (head.Length + rest.Length > _bytes.Length - _written || (!extends && _runCount == _runs.Length))
        {
            return false;
        }

        head.CopyTo(_bytes.AsSpan(_written));
        rest.CopyTo(_bytes.AsSpan(_written + head.Length));
        int end = _written + head.Length + rest.Length;
        int before = Units;
        ref Run run = ref _runs[extends ? _runCount - 1 : _runCount];
        run.Units = units + before;
        run.Owner = owner;
        Volatile.Write(ref run.End, end);
        _runCount += extends ? 0 : 1;
        _written = end;
        return true;
    }

    /// <summary>Lets readers see all that it holds. For the writer.</summary>
    public void Publish() => Volatile.Write(ref _length, _written);

    /// <summary>Ends it: nothing more is appended, and all of it is published. For the writer.</summary>
    public void Seal(Segment next, long timestamp)
    {
        Publish();
        SealedAt = timestamp;
        Volatile.Write(ref _next, next);
    }

    /// <summary>Says that it is cut off. For the writer, before anything behind it is retired.</summary>
    public void Cut() => _isCut = true;

    /// <summary>Makes sure that no cursor stands in it or ever moves in again. For the writer, once it is sealed.</summary>
    /// <returns>False if one stands in it.</returns>
    public bool TryRetire() => Interlocked.CompareExchange(ref _readers, Retired, 0) == 0;

    /// <summary>A cursor moves in where the segment cannot be retired meanwhile: under the room's lock.</summary>
    public void Enter() => Interlocked.Increment(ref _readers);

    /// <summary>
    /// A cursor moves in, before it leaves the segment in front, so that trimming, which goes from the front, cannot overtake it. Whoever
    /// succeeds looks at <see cref="Start"/> next: this may be another life of the segment than the one it meant.
    /// </summary>
    /// <returns>False if the segment is retired.</returns>
    public bool TryEnter()
    {
        int readers = Volatile.Read(ref _readers);
        while (readers != Retired)
        {
            int seen = Interlocked.CompareExchange(ref _readers, readers + 1, readers);
            if (seen == readers)
            {
                return true;
            }

            readers = seen;
        }

        return false;
    }

    /// <summary>A cursor moves out.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Exit() => Interlocked.Decrement(ref _readers) == 0;

    /// <summary>A run. Valid for any index up to the run that holds the last byte before a <see cref="Length"/> that was read earlier.</summary>
    public ref readonly Run RunAt(int index) => ref _runs[index];

    /// <summary>The first unit's end at an offset or behind it. Once it is sealed.</summary>
    public int UnitEnd(int offset, Framing framing)
    {
        if (offset == 0)
        {
            return 0;
        }

        // Where raw chunks of one sender meet is not written down, so all of them are taken for one here.
        return framing == Framing.Raw ? _runs[RunEndingFrom(offset)].End
            : _bytes[offset - 1] == framing.Terminator() ? offset
            : offset + 1 + _bytes.AsSpan(offset, _length - offset).IndexOf(framing.Terminator());
    }

    /// <summary>What lies before a unit's end that <see cref="UnitEnd"/> gave, in this segment and all before it. Once it is sealed.</summary>
    public Tally Before(int unitEnd, Framing framing)
    {
        int units = unitEnd == 0 ? 0
            : framing == Framing.Raw ? _runs[RunEndingFrom(unitEnd)].Units
            : _bytes.AsSpan(0, unitEnd).Count(framing.Terminator());
        return new Tally(FirstSequence + units, Start + unitEnd);
    }

    /// <summary>What one sender has in it before a unit's end. Under the room's lock, or once it is sealed.</summary>
    public Tally Of(long owner, int unitEnd)
    {
        Tally sum = default;
        int start = 0;
        int units = 0;
        for (int i = 0; i < _runCount && start < unitEnd; i++)
        {
            ref readonly Run run = ref _runs[i];
            if (run.Owner == owner)
            {
                sum += new Tally(run.Units - units, run.End - start);
            }

            (start, units) = (run.End, run.Units);
        }

        return sum;
    }

    /// <summary>What one sender has in it and in all behind it. Under the room's lock.</summary>
    public Tally OfFromHere(long owner)
    {
        Tally sum = default;
        for (Segment? segment = this; segment is not null; segment = segment.Next)
        {
            sum += segment.Of(owner, segment.Written);
        }

        return sum;
    }

    /// <summary>Published bytes as memory that a system call can use without pinning.</summary>
    public ReadOnlyMemory<byte> Memory(int offset, int length) => MemoryMarshal.CreateFromPinnedArray(_bytes, offset, length);

    private int RunEndingFrom(int offset)
    {
        int run = 0;
        while (_runs[run].End < offset)
        {
            run++;
        }

        return run;
    }
}
