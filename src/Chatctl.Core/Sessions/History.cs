using System.Globalization;
using System.Text;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Sessions;

/// <summary>Finds the place in the log of sessions from which a session reads.</summary>
/// <remarks>Under the room's lock, in the same step in which the reader is opened. So nothing can be said between the two.</remarks>
/// <param name="epochs">The lives of the numbers.</param>
/// <param name="log">The log.</param>
/// <param name="time">The clock that the log's segments were sealed by.</param>
/// <param name="journal">Has what the log does not have any more; null if nothing has it.</param>
internal sealed class History(Epochs epochs, RelayLog log, TimeProvider time, RoomJournal? journal)
{
    // Lines that were said before the log began were not kept. They are gone since then.
    private readonly long? _goneAtFirst = log.End.Units > 0 ? time.GetTimestamp() : null;

    /// <summary>A place in the log or in the journal, and what is gone of what was asked for.</summary>
    /// <param name="Segment">The segment. It has no meaning if the place is in the journal.</param>
    /// <param name="Offset">Where a unit begins or ends in it.</param>
    /// <param name="Before">How many lines come before it.</param>
    /// <param name="Gap">What is gone; null if nothing is.</param>
    /// <param name="Past">The place in the journal, if it is not in the log; null if it is. It knows the gap.</param>
    public readonly record struct Place(Segment Segment, int Offset, long Before, Gap? Gap, Past? Past = null);

    /// <summary>Finds the place.</summary>
    /// <param name="since">What the client asks for; null for nothing.</param>
    /// <param name="own">The sender whose lines the client would not get: its own.</param>
    /// <param name="place">The place.</param>
    /// <returns>False if the client asks for a position that has not been given yet.</returns>
    public bool TryFind(Since? since, long own, out Place place)
    {
        long end = log.End.Units;
        place = End;
        if (since is null)
        {
            return true;
        }

        long kept = log.Head!.FirstSequence;
        long lastGone = journal is null ? log.Gone.LastExceptOf(own) : 0;
        DateTimeOffset? from = null;
        string? oldEpoch = null;
        long wanted;
        switch (since)
        {
            case Since.Position position when position.Epoch != epochs.Current:
                // What an epoch before this one had up to its end is what this one has. What a client has got behind that end is gone.
                long last = epochs.LastOf(position.Epoch) ?? -1;
                oldEpoch = position.Seq <= last ? null : position.Epoch;
                wanted = Math.Max(0, Math.Min(position.Seq, last));
                break;
            case Since.Position position:
                if (position.Seq > end)
                {
                    return false;
                }

                wanted = position.Seq;
                break;
            case Since.Lines lines:
                wanted = Math.Max(0, end - lines.Count);
                break;
            case Since.Age age:
                bool isAll = IsAllOf(age);
                wanted = isAll ? Math.Max(kept, FirstAt(age)) : 0;
                from = isAll ? null : Start(age);
                break;
            default:
                wanted = 0;
                break;
        }

        if (journal is not null && wanted < kept)
        {
            place = End with { Before = wanted, Past = new Past(journal, wanted, from, oldEpoch, own) };
            return true;
        }

        place = Find(Math.Max(wanted, kept));
        bool isGone = wanted < lastGone;
        place = place with { Gap = oldEpoch is null && !isGone ? null : new Gap(oldEpoch, isGone ? (wanted + 1, place.Before) : null) };
        return true;
    }

    /// <summary>The place behind everything.</summary>
    public Place End => new(log.Tail, log.Tail.Written, log.End.Units, null);

    /// <summary>Whether nothing that was said in a time is gone.</summary>
    private bool IsAllOf(Since.Age age) => (log.Gone.Since ?? _goneAtFirst) is not { } gone || time.GetElapsedTime(gone) > age.Time;

    /// <summary>How many lines come before the first one that was said in a time.</summary>
    private long FirstAt(Since.Age age)
    {
        byte[] start = Encoding.ASCII.GetBytes(Start(age).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        for (Segment? segment = log.Head; segment is not null; segment = segment.Following)
        {
            int offset = Search(segment, at => SessionUnit.Time(Rest(segment, at)).SequenceCompareTo(start) >= 0);
            if (offset < segment.Written)
            {
                return segment.FirstSequence + SessionUnits.LinesBefore(segment, offset, segment.Written);
            }
        }

        return log.End.Units;
    }

    private DateTimeOffset Start(Since.Age age)
    {
        DateTimeOffset now = time.GetUtcNow();
        return age.Time >= now - DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : now - age.Time;
    }

    /// <summary>The first place before which so many lines come.</summary>
    private Place Find(long before)
    {
        for (Segment? segment = log.Head; segment is not null; segment = segment.Following)
        {
            if (before <= segment.FirstSequence + segment.Units)
            {
                int offset = Search(segment, at => segment.FirstSequence + SessionUnits.LinesBefore(segment, at, segment.Written) >= before);
                return new Place(segment, offset, before, null);
            }
        }

        return End;
    }

    /// <summary>The first unit of a segment for which something is true that stays true for all units behind it. The end if there is none.</summary>
    private static int Search(Segment segment, Predicate<int> holds)
    {
        int low = 0;
        int high = segment.Written;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int unit = SessionUnits.UnitStart(segment, middle);
            if (unit >= segment.Written || holds(unit))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return SessionUnits.UnitStart(segment, low);
    }

    private static ReadOnlySpan<byte> Rest(Segment segment, int offset) => segment.Memory(offset, segment.Written - offset).Span;
}
