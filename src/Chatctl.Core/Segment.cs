using System.Runtime.InteropServices;

namespace Chatctl.Core;

/// <summary>
/// A block of the log: units one behind another, and the runs that say which sender they are from. A unit never spans two segments, so each
/// segment starts with a unit's start.
/// </summary>
/// <remarks>
/// There is one writer at a time, under the room's lock, and any number of readers without a lock. The writer first writes bytes and runs, and
/// then publishes <see cref="Length"/>, perhaps for several units together. What lies before the length never changes, except that
/// <see cref="Run.End"/> and <see cref="Run.Units"/> of the last run grow. A reader reads <see cref="Next"/> before <see cref="Length"/>: if
/// there is a next segment, that length is final.
/// </remarks>
internal sealed class Segment
{
    // With 64-byte lines from alternating senders, bytes and runs are full at the same time. With shorter ones, the segment is sealed early.
    private const int BytesPerRun = 64;

    // Stands in place of the count of readers when no cursor can move in any more.
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
    private Segment? _following;

    /// <summary>
    /// Allocates a segment. It is pinned, so that a send from it needs no handle. It is not cleared, so that it costs no memory before it
    /// is used.
    /// </summary>
    /// <param name="capacity">Bytes.</param>
    public Segment(int capacity)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        _runs = GC.AllocateUninitializedArray<Run>(Math.Max(capacity / BytesPerRun, 16));
    }

    /// <summary>
    /// Where it begins, in bytes since the room began. A segment is used again and again, and each time has another start. So a cursor that
    /// knows the start can tell one use from the next.
    /// </summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>The sequence number of its first unit.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>How many of its bytes are published. Once it is sealed, all are.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>How many bytes it holds, published or not. For the writer.</summary>
    public int Written => _written;

    /// <summary>How many units it holds. For the writer, or once it is sealed.</summary>
    public int Units => _runCount == 0 ? 0 : _runs[_runCount - 1].Units;

    /// <summary>The index of its last run; 0 while it has none. For the writer.</summary>
    public int LastRun => Math.Max(_runCount - 1, 0);

    /// <summary>The segment behind it, once this one is sealed. For readers.</summary>
    public Segment? Next => Volatile.Read(ref _next);

    /// <summary>The segment behind it, once this one is full. For the writer.</summary>
    public Segment? Following => _following;

    /// <summary>When it was sealed, as a timestamp of the room's clock. It has no meaning before that.</summary>
    public long SealedAt { get; private set; }

    /// <summary>
    /// Whether it was cut off from the log. Then it is kept only for the cursors that stand in it, and the segments behind it may be gone. These
    /// cursors finish the unit that they are in, and jump.
    /// </summary>
    public bool IsCut => _isCut;

    /// <summary>Makes it an empty segment again. For the writer, if it is new or retired.</summary>
    public void Reset(long start, long firstSequence)
    {
        Volatile.Write(ref _start, start);
        FirstSequence = firstSequence;
        _written = 0;
        _length = 0;
        _runCount = 0;
        _isCut = false;
        _next = null;
        _following = null;

        // This must come last. From here on cursors can move in. A cursor that meant the earlier use sees by the start that it is too late.
        Volatile.Write(ref _readers, 0);
    }

    /// <summary>Appends whole units that lie in two pieces. For the writer. Readers see them once they are published.</summary>
    /// <returns>False if they do not fit; then nothing is appended.</returns>
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

    /// <summary>Lets readers see so many of its bytes: whole units. For the writer.</summary>
    public void Publish(int length) => Volatile.Write(ref _length, length);

    /// <summary>It is full: nothing more is appended. For the writer.</summary>
    public void Link(Segment following) => _following = following;

    /// <summary>Ends it for its readers too: all of it is published, and they may go on to the segment behind it. For the writer, once it is full.</summary>
    public void Seal(long timestamp)
    {
        Publish(_written);
        SealedAt = timestamp;
        Volatile.Write(ref _next, _following);
    }

    /// <summary>Marks it as cut off. For the writer, before any segment behind it is retired.</summary>
    public void Cut() => _isCut = true;

    /// <summary>Retires it, if no cursor stands in it: no cursor can move in any more. For the writer, once it is sealed.</summary>
    /// <returns>False if a cursor stands in it.</returns>
    public bool TryRetire() => Interlocked.CompareExchange(ref _readers, Retired, 0) == 0;

    /// <summary>A cursor moves in. Under the room's lock, so that the segment cannot be retired meanwhile.</summary>
    public void Enter() => Interlocked.Increment(ref _readers);

    /// <summary>
    /// A cursor moves in, before it leaves the segment in front of it. So trimming, which starts at the head, cannot overtake it. If this
    /// succeeds, the cursor looks at <see cref="Start"/> next, since the segment may be in another use by now.
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
    /// <returns>Whether it was the last one.</returns>
    public bool Exit() => Interlocked.Decrement(ref _readers) == 0;

    /// <summary>A run. An index is valid up to the run that holds the last byte before a <see cref="Length"/> that was read earlier.</summary>
    public ref readonly Run RunAt(int index) => ref _runs[index];

    /// <summary>The end of the unit that an offset behind the start is in, or the offset itself if a unit ends there.</summary>
    /// <param name="terminator">The byte that ends units.</param>
    /// <param name="offset">The offset; more than 0.</param>
    public int EndBehind(byte terminator, int offset) =>
        _bytes[offset - 1] == terminator ? offset : offset + 1 + _bytes.AsSpan(offset, Length - offset).IndexOf(terminator);

    /// <summary>
    /// The position of a unit's end that <see cref="UnitFormat.UnitEnd"/> gave: what lies before it in this segment and all before. Once it is
    /// sealed.
    /// </summary>
    public Tally Before(int unitEnd, UnitFormat format) => new(FirstSequence + format.LinesBefore(this, unitEnd), Start + unitEnd);

    /// <summary>What one sender has in it before a unit's end. Under the room's lock, or once it is sealed.</summary>
    /// <param name="owner">The sender.</param>
    /// <param name="unitEnd">The unit's end.</param>
    /// <param name="units">How many units come before it in the segment. It matters only if it is in the middle of one of the sender's runs.</param>
    public Tally Of(long owner, int unitEnd, int units = int.MaxValue)
    {
        Tally sum = default;
        int start = 0;
        int before = 0;
        for (int i = 0; i < _runCount && start < unitEnd; i++)
        {
            ref readonly Run run = ref _runs[i];
            if (run.Owner == owner)
            {
                sum += new Tally(Math.Min(run.Units, units) - before, Math.Min(run.End, unitEnd) - start);
            }

            (start, before) = (run.End, run.Units);
        }

        return sum;
    }

    /// <summary>What one sender has in it and in all segments behind it. Under the room's lock.</summary>
    public Tally OfFromHere(long owner)
    {
        Tally sum = default;
        for (Segment? segment = this; segment is not null; segment = segment.Following)
        {
            sum += segment.Of(owner, segment.Written);
        }

        return sum;
    }

    /// <summary>Published bytes as memory that a system call can use without pinning.</summary>
    public ReadOnlyMemory<byte> Memory(int offset, int length) => MemoryMarshal.CreateFromPinnedArray(_bytes, offset, length);

    /// <summary>The index of the first run that ends at an offset or behind it. Once it is sealed.</summary>
    public int RunEndingFrom(int offset)
    {
        int run = 0;
        while (_runs[run].End < offset)
        {
            run++;
        }

        return run;
    }
}
