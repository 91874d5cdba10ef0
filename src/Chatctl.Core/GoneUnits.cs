namespace Chatctl.Core;

/// <summary>
/// Which units of a log are gone. A reader passes over its own units, so it misses nothing if only those are gone. For that, two numbers are enough, however
/// many senders there are: that of the last unit, and that of the last unit of anyone but its sender.
/// </summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="before">How many units were there before the log began. They are gone, and nobody's own.</param>
internal sealed class GoneUnits(long before)
{
    private long _owner = Cursor.NoSender;
    private long _last = before;
    private long _lastOfOthers = before;

    /// <summary>When the newest segment that is gone was sealed, as a timestamp; null if none is gone.</summary>
    public long? Since { get; private set; }

    /// <summary>A segment goes: the one behind all that are gone.</summary>
    public void Add(Segment segment)
    {
        Since = segment.SealedAt;
        int counted = 0;
        for (int i = 0; counted < segment.Units; i++)
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

    /// <summary>The number of the last unit that is gone and of anyone but this sender; 0 if there is none.</summary>
    public long LastExceptOf(long owner) => owner == _owner ? _lastOfOthers : _last;
}
