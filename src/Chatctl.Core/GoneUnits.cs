using Chatctl.Core.Journal;

namespace Chatctl.Core;

/// <summary>
/// Which units of a log are gone. A reader passes over its own units, so it misses nothing if only those are gone. For that, two numbers are enough, however
/// many senders there are: that of the last unit, and that of the last unit of anyone but its sender.
/// </summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="before">What is gone already.</param>
internal sealed class GoneUnits(GoneValues before)
{
    private long _owner = before.Owner;
    private long _last = before.Last;
    private long _lastOfOthers = before.LastOfOthers;

    /// <summary>Begins with units that are nobody's own.</summary>
    /// <param name="before">How many units were there before the log began.</param>
    public GoneUnits(long before)
        : this(new GoneValues(Cursor.NoSender, before, before))
    {
    }

    /// <summary>When the newest segment that is gone was sealed, as a timestamp; null if none is gone.</summary>
    public long? Since { get; private set; }

    /// <summary>A segment goes: the one behind all that are gone.</summary>
    public void Add(Segment segment)
    {
        Since = segment.SealedAt;
        Add(segment, 0);
    }

    /// <summary>The units of a segment go, from a run on. Those before it are gone already, and perhaps some of its own.</summary>
    public void Add(Segment segment, int firstRun)
    {
        int counted = firstRun == 0 ? 0 : segment.RunAt(firstRun - 1).Units;
        for (int i = firstRun; counted < segment.Units; i++)
        {
            // Events are no units, so a run can have none.
            ref readonly Run run = ref segment.RunAt(i);
            if (run.Units > counted && run.Owner != _owner)
            {
                (_owner, _lastOfOthers) = (run.Owner, _last);
            }

            counted = run.Units;
            _last = segment.FirstSequence + counted;
        }
    }

    /// <summary>What is gone, to be kept elsewhere.</summary>
    public GoneValues Values => new(_owner, _last, _lastOfOthers);

    /// <summary>The number of the last unit that is gone and of anyone but this sender; 0 if there is none.</summary>
    public long LastExceptOf(long owner) => LastExceptOf(Values, owner);

    /// <summary>The same, of values that were kept.</summary>
    public static long LastExceptOf(GoneValues gone, long owner) => owner == gone.Owner ? gone.LastOfOthers : gone.Last;
}
