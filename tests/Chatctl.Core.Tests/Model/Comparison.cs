using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests.Model;

/// <summary>Runs a scenario through the room and through its model, and compares the two after every call.</summary>
internal sealed partial class Comparison : IDisposable
{
    /// <summary>How long units wait for more units, in scenarios where they do.</summary>
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

        // Time passes only for units that wait for more units.
        _room = new Room(scenario.Options with { ReceiptPatience = TimeSpan.FromDays(1) }, _time, NullLogger<Room>.Instance);
        _door = _room.OpenDoor(() => { });

        // The chunk that fills the window may take a few more segments, each at least half full. Each end of input may add a unit.
        int segmentBytes = (int)(scenario.Options.BufferBytes / RoomOptions.Segments);
        int longest = scenario.Steps.Max(step => step.Chunk.Length);
        _mostSegments = RoomOptions.Segments + (2 * longest / segmentBytes) + 2 + MostMembers;
    }

    /// <summary>Throws at the first difference.</summary>
    /// <returns>How often a member skipped, how many members were evicted because they were slow, and how many for an unfinished line.</returns>
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
            _members.Add((_door.Join(Peer.Unknown), _model.Join()));
        }
        else
        {
            Do(step, step.Index % _members.Count);
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

    /// <summary>Each member gets the rest. Then the room must keep nothing.</summary>
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

        Check(_room.SegmentCount <= 1, $"{_room.SegmentCount} segments are kept without a reader");
        Check(_room.UnfinishedBytes == 0, $"{_room.UnfinishedBytes} bytes of unfinished lines are kept without a sender");
    }

    private void Flush(IMember real, MemberModel model, int scratch)
    {
        while (Send(real, model, scratch, share: 4))
        {
        }
    }

    private bool Send(IMember real, MemberModel model, int scratch, int share)
    {
        // In half of the cases no time passes, so that units may still wait for more units.
        if (share % 2 == 0)
        {
            _time.Advance(Coalesce);
        }

        if (!Ask(real, model, scratch, out int given))
        {
            // Nothing was given. A report of no bytes must do no harm.
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
        Check(model.Skips == 0 || _scenario.Options.Slow == SlowPolicy.Skip, "a member skipped although the policy is another");
        Check(real.IsEvicted == model.Evicted, model.Evicted ? "the member was not evicted" : "the member was evicted");
        if (answer == Outbound.Finish)
        {
            _members.ForEach(member => HeedEviction(member.Real, member.Model));
        }

        // A unit may wait for more units. A receipt may wait until other members were asked, and have passed over their own units.
        bool mayWait = answer == Outbound.Nothing && (model.Next == Outbound.Finish || (_scenario.Options.Coalesce is not null && model.Next == Outbound.Bytes));
        Check(answer == model.Next || mayWait, $"the answer was {answer} instead of {model.Next}");
        Check(bytes.IsEmpty == (answer != Outbound.Bytes), $"the answer was {answer} with {bytes.Length} bytes");
        Check(model.Evicted || model.Outstanding.StartsWith(bytes.Span), "the bytes are not those that are due");
        given = bytes.Length;
        return answer == Outbound.Bytes;
    }
}
