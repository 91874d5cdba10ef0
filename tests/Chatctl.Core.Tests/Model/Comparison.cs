using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests.Model;

/// <summary>Runs a scenario through the room and through its model and compares what they say after every call.</summary>
internal sealed class Comparison : IDisposable
{
    /// <summary>How long units wait for company where they do.</summary>
    public static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(10);

    private const int MostMembers = 7;
    private readonly Scenario _scenario;
    private readonly RoomModel _model;
    private readonly FakeTimeProvider _time = new();
    private readonly Room _room;
    private readonly IDoor _door;
    private readonly List<(IMember Real, MemberModel Model)> _members = [];
    private readonly byte[] _scratch = new byte[64 << 10];
    private readonly int _mostSegments;
    private long _skips;
    private int _known;

    private Comparison(Scenario scenario)
    {
        _scenario = scenario;
        _model = new RoomModel(scenario.Options);

        // Time passes only for units that wait for company.
        _room = new Room(scenario.Options with { ReceiptPatience = TimeSpan.FromDays(1) }, _time, NullLogger<Room>.Instance);
        _door = _room.OpenDoor(() => { });

        // The chunk that fills the window may go on over a few segments, at least half full each, and each end of input may add a unit.
        int segmentBytes = (int)(scenario.Options.BufferBytes / RoomOptions.Segments);
        int longest = scenario.Steps.Max(step => step.Chunk.Length);
        _mostSegments = RoomOptions.Segments + (2 * longest / segmentBytes) + 2 + MostMembers;
    }

    /// <summary>Throws at the first difference.</summary>
    /// <returns>How many times somebody skipped, how many were evicted for being slow, and how many for an unfinished line.</returns>
    public static (long Skips, long Slow, long Unfinished) Run(Scenario scenario)
    {
        using var comparison = new Comparison(scenario);
        foreach (Step step in scenario.Steps)
        {
            comparison.Do(step);
        }

        comparison.End();
        return (comparison._skips, comparison.SlowEvictions, comparison._room.Evictions(EvictionReason.Unfinished));
    }

    public void Dispose()
    {
        _door.Dispose();
        _room.Dispose();
    }

    private long SlowEvictions => _room.Evictions(EvictionReason.TooSlow) + _room.Evictions(EvictionReason.Stuck);

    private void Do(Step step)
    {
        if (step.Kind == StepKind.Drain)
        {
            _room.Drain();
            _model.Drain();
        }
        else if (_members.Count == 0 || (step.Kind == StepKind.Join && _members.Count < MostMembers))
        {
            _members.Add((_door.Join(null), _model.Join()));
        }
        else
        {
            Do(step, step.Who % _members.Count);
        }

        Check(_room.Sequence == _model.Sequence, $"{_room.Sequence} units were ordered instead of {_model.Sequence}");
        Check(_room.MemberCount == _members.Count, "the members were miscounted");
        CheckWindow();
        CheckUnfinished();
    }

    private void Do(Step step, int index)
    {
        (IMember real, MemberModel model) = _members[index];
        HeedEviction(real, model);
        switch (step.Kind)
        {
            case StepKind.Leave:
                real.Leave();
                _model.Leave(model);
                _members.RemoveAt(index);
                break;

            case StepKind.Receive when real.WantsInput || !_scenario.Polite:
                real.Receive(step.Chunk);
                _model.Receive(model, step.Chunk);
                break;

            case StepKind.EndOfInput:
                real.EndOfInput();
                _model.EndOfInput(model);
                break;

            case StepKind.Send:
                Send(real, model, step.Scratch, step.Share);
                break;

            case StepKind.AskTwice:
                Ask(real, model, step.Scratch, out int _);
                Send(real, model, step.Scratch, step.Share);
                break;

            case StepKind.Overclaim when !model.Evicted:
                Ask(real, model, step.Scratch, out int given);
                Assert.Throws<ArgumentOutOfRangeException>(() => real.Sent(given + 1));
                break;

            case StepKind.FlushOthers:
                for (int other = 0; other < _members.Count; other++)
                {
                    if (other != index)
                    {
                        Flush(_members[other].Real, _members[other].Model, step.Scratch);
                    }
                }

                break;
        }
    }

    /// <summary>Everybody gets the rest, and the room is as empty as it can be.</summary>
    private void End()
    {
        _room.Drain();
        _model.Drain();
        _members.ForEach(member => Flush(member.Real, member.Model, _scratch.Length));
        foreach ((IMember real, MemberModel model) in _members)
        {
            Check(
                model.Evicted || (real.Pending(_scratch, out _) is var end && end == model.Next && end is Outbound.Finish or Outbound.CutOff),
                "a drained room has a member that is not done");
        }

        _members.ForEach(member => member.Real.Leave());

        Check(_room.SegmentCount <= 1, $"{_room.SegmentCount} segments are kept for nobody");
        Check(_room.UnfinishedBytes == 0, $"{_room.UnfinishedBytes} bytes of unfinished lines are kept for nobody");
    }

    private void Flush(IMember real, MemberModel model, int scratch)
    {
        while (Send(real, model, scratch, share: 4))
        {
        }
    }

    private bool Send(IMember real, MemberModel model, int scratch, int share)
    {
        // Every other time at once, so that there may still be something that waits for company.
        if (share % 2 == 0)
        {
            _time.Advance(Coalesce);
        }

        if (!Ask(real, model, scratch, out int given))
        {
            // Nothing was given, and nothing of it taken: that must be harmless too.
            real.Sent(0);
            return false;
        }

        int taken = share == 5 ? 1 : given * share / 4;
        real.Sent(taken);
        model.Take(taken);
        return true;
    }

    private bool Ask(IMember real, MemberModel model, int scratch, out int given)
    {
        Outbound answer = real.Pending(_scratch.AsMemory(0, scratch), out ReadOnlyMemory<byte> bytes);
        HeedEviction(real, model);
        int skips = model.Skips;
        model.HeedNotice(bytes.Span);
        _skips += model.Skips - skips;
        Check(model.Skips == 0 || _scenario.Options.Slow == SlowPolicy.Skip, "somebody skipped although the policy is another");
        Check(real.IsEvicted == model.Evicted, model.Evicted ? "the member was not evicted" : "the member was evicted");
        if (answer == Outbound.Finish)
        {
            _members.ForEach(member => HeedEviction(member.Real, member.Model));
        }

        // A unit may wait for company. A receipt may wait until others were asked, and have passed over units of their own.
        bool mayWait = answer == Outbound.Nothing && (model.Next == Outbound.Finish || (_scenario.Options.Coalesce is not null && model.Next == Outbound.Bytes));
        Check(answer == model.Next || mayWait, $"the answer was {answer} instead of {model.Next}");
        Check(bytes.IsEmpty == (answer != Outbound.Bytes), $"the answer was {answer} with {bytes.Length} bytes");
        Check(model.Evicted || model.Outstanding.StartsWith(bytes.Span), "the bytes are not those that are due");
        given = bytes.Length;
        return answer == Outbound.Bytes;
    }

    /// <summary>
    /// If the room has evicted a member for being slow, or for its unfinished line, takes its word for which and when: that is for other tests. But it
    /// has counted it as that. Under the policy that waits nobody is slow, as no time passes, and there was an unfinished line. Under the others
    /// no member is evicted that had nothing left to take.
    /// </summary>
    private void HeedEviction(IMember real, MemberModel model)
    {
        if (!real.IsEvicted || model.Evicted)
        {
            return;
        }

        bool isUnfinished = _scenario.Options.Slow == SlowPolicy.Wait;
        Check(++_known <= (isUnfinished ? _room.Evictions(EvictionReason.Unfinished) : SlowEvictions), "the member was evicted for no reason");
        Check(
            isUnfinished ? model.Incomplete.Count > 0 : !model.Outstanding.IsEmpty,
            isUnfinished ? "the member was evicted although it had ended its line" : "the member was evicted although there was nothing left to take");
        model.Evicted = model.InputEnded = true;
    }

    private void CheckWindow()
    {
        int count = _room.SegmentCount;
        if (_scenario.Polite)
        {
            Check(count + _room.PinnedCount <= _mostSegments + (_scenario.Options.Slow == SlowPolicy.Wait ? 0 : RoomOptions.MostInUse - RoomOptions.Segments), $"{count} segments are in use although senders were held back");
        }

        if (_members.Find(member => !member.Model.InputEnded) is (not null, _) talker)
        {
            Check(talker.Real.IsEvicted || talker.Real.WantsInput || count >= RoomOptions.Segments || count + _room.PinnedCount >= RoomOptions.MostInUse, $"senders are held back with {count} segments in use");
        }
    }

    private void CheckUnfinished()
    {
        long bytes = _room.UnfinishedBytes;
        long kept = _members.Where(member => !member.Real.IsEvicted).Sum(member => member.Model.Incomplete.Count);
        Check(bytes <= _scenario.Options.MaxUnfinishedBytes, $"unfinished lines take {bytes} bytes");
        Check(bytes >= kept && bytes > 0 == kept > 0, $"unfinished lines of {kept} bytes take {bytes} bytes");
    }

    internal static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
