using Chatctl.Core.Tests.Backplane;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Chatctl.Core.Tests.Model.Comparison;

namespace Chatctl.Core.Tests.Model;

/// <summary>Runs a scenario with sessions through the room and through its model, and compares the two after every call.</summary>
internal sealed partial class SessionComparison : IDisposable
{
    private const int MostMembers = 7;
    private static readonly int[] Waits = [1, 10, 270, 1000, 2500, 12_000];
    private readonly SessionScenario _scenario;
    private readonly SessionRoomModel _model;
    private readonly FakeTimeProvider _time = new();
    private readonly Loopback? _loopback;
    private readonly Room _room;
    private readonly IDoor _door;
    private readonly List<Visitor> _visitors = [];
    private readonly SessionTally _tally = new();
    private readonly byte[] _scratch = new byte[64 << 10];
    private long _wakes;
    private long _known;

    private SessionComparison(SessionScenario scenario, bool isShared)
    {
        _scenario = scenario;
        _model = new SessionRoomModel(scenario.Options, _time.GetUtcNow());
        _loopback = isShared ? new Loopback(scenario.Options, _time) : null;
        _room = _loopback?.Room ?? new Room(scenario.Options, _time, NullLogger<Room>.Instance);
        _door = _room.OpenDoor(() => _wakes++);
    }

    /// <summary>Throws at the first difference.</summary>
    /// <param name="scenario">What happens.</param>
    /// <param name="isShared">Whether the room has a backplane, of which it is the only node.</param>
    /// <returns>How often there was what the scenarios are about.</returns>
    public static SessionTally Run(SessionScenario scenario, bool isShared)
    {
        scenario = isShared ? scenario.Shared() : scenario;
        using var comparison = new SessionComparison(scenario, isShared);
        foreach (SessionStep step in scenario.Steps)
        {
            comparison.Do(step);
        }

        comparison.End();
        comparison._tally.Steps = scenario.Steps.Length;
        return comparison._tally;
    }

    public void Dispose()
    {
        _door.Dispose();
        _loopback?.Dispose();
        _room.Dispose();
    }

    private void Do(SessionStep step)
    {
        switch (step.Kind)
        {
            case SessionStepKind.Drain:
                _room.Drain();
                _model.Drain();
                _loopback?.Pump();
                break;
            case SessionStepKind.Wait:
                Wait(Waits[step.Choice % Waits.Length]);
                break;
            case SessionStepKind.Join:
                Join();
                break;
            default:
                if ((_visitors.Count > 0 ? _visitors[step.Index % _visitors.Count] : Join()) is { } visitor)
                {
                    HeedEvictions();
                    Do(step, visitor);
                }

                break;
        }

        Check(_room.Sequence == _model.Sequence, $"{_room.Sequence} lines were ordered instead of {_model.Sequence}");
        Check(_room.MemberCount == _visitors.Count, "the members were miscounted");
    }

    private void Do(SessionStep step, Visitor visitor)
    {
        switch (step.Kind)
        {
            case SessionStepKind.Hello:
                if ((visitor.IsFresh ? visitor : Join()) is { } fresh)
                {
                    Receive(fresh, Sayings.Hello(step, _model), step.Held);
                }

                break;
            case SessionStepKind.EndOfInput:
                visitor.Real.EndOfInput();
                _loopback?.Pump();
                _model.EndOfInput(visitor.Model);
                break;
            case SessionStepKind.Leave:
                Leave(visitor);
                break;
            case SessionStepKind.Send:
                Send(visitor, step.Scratch, step.Share);
                break;
            case SessionStepKind.Ask:
                Ask(visitor, step.Scratch);
                break;
            case SessionStepKind.FlushOthers:
                _visitors.FindAll(other => other != visitor).ForEach(other => Flush(other, step.Scratch));
                break;
            default:
                Receive(visitor, Sayings.Of(step, visitor.Model, _model), step.Held);
                break;
        }
    }

    private Visitor? Join()
    {
        if (_visitors.Count == MostMembers)
        {
            return null;
        }

        var visitor = new Visitor(_door.Join(Peer.Unknown), _model.Join());
        _visitors.Add(visitor);
        return visitor;
    }

    private void Leave(Visitor visitor)
    {
        visitor.Real.Leave();
        _loopback?.Pump();
        _model.Leave(visitor.Model);
        _visitors.Remove(visitor);
        _tally.Add(visitor.Model);
    }

    /// <summary>The last bytes of a chunk are held back until the next one, so that lines come in pieces.</summary>
    private void Receive(Visitor visitor, byte[] chunk, int held)
    {
        if (visitor.Model.HasFinished)
        {
            // Nothing comes behind the end of input.
            return;
        }

        bool isPlain = visitor.Model.Kind == PeerKind.Plain;
        if (!visitor.Real.WantsInput && !visitor.Model.InputEnded && !(isPlain && !_scenario.Polite))
        {
            return;
        }

        byte[] all = [.. visitor.Held, .. chunk];
        int now = Math.Max(0, all.Length - held);
        visitor.Held = all[now..];

        // What comes too late changes the answer without a wake, for a transport that has just handed it over.
        visitor.QuietAt = null;
        visitor.IsFresh &= all.Length == 0;
        visitor.Real.Receive(all.AsSpan(0, now));
        _loopback?.Pump();
        _model.Receive(visitor.Model, all.AsSpan(0, now));
    }

    private void Wait(int milliseconds)
    {
        // Stop before a member is evicted for its fatal error. It may have been evicted for its slowness until then.
        DateTimeOffset end = _time.GetUtcNow() + TimeSpan.FromMilliseconds(milliseconds);
        while (_model.NextBroken is { } due && due <= end)
        {
            PassTo(due - TimeSpan.FromMilliseconds(0.5));
            PassTo(due);
        }

        PassTo(end);
    }

    private void PassTo(DateTimeOffset time)
    {
        if (time > _time.GetUtcNow())
        {
            _time.SetUtcNow(time);
            _loopback?.Pump();
        }

        _model.PassTo(_time.GetUtcNow());
        HeedEvictions();
    }

    /// <summary>Each member gets the rest, acks and receipts included. Then the room drains, and each member ends.</summary>
    private void End()
    {
        Settle();
        foreach (Visitor visitor in _visitors.Where(visitor => !visitor.Model.Evicted && !visitor.Model.InputEnded))
        {
            Check(visitor.Real.WantsInput, $"member {visitor.Model.Id} is held back, although everything was sent");
        }

        _room.Drain();
        _model.Drain();
        _loopback?.Pump();
        Settle();
        foreach (Visitor visitor in _visitors)
        {
            Check(visitor.Model.Evicted || (visitor.Last is Outbound.Finish or Outbound.CutOff), "a drained room has a member that is not done");
        }

        long missed = _visitors.Sum(visitor => visitor.Model.Missed) + _tally.Missed;
        _visitors.ToList().ForEach(Leave);
        Check(_room.SegmentCount <= 1, $"{_room.SegmentCount} segments are kept without a reader");
        Check(_room.Figures() is { Unfinished: 0, Sessions: 0 } figures && figures.Skipped == missed, $"{_room.Figures()}, although {missed} lines were missed");
    }

    private void Settle()
    {
        (long Taken, long Wakes) before;
        do
        {
            // One member's progress can be what another one's ack or receipt waits for. Then a wake comes.
            before = (_tally.Taken, _wakes);
            _visitors.FindAll(visitor => visitor.Model.Evicted).ForEach(Leave);
            _visitors.ForEach(visitor => Flush(visitor, _scratch.Length));
            Wait((int)Comparison.Coalesce.TotalMilliseconds);
        }
        while (before != (_tally.Taken, _wakes));

        foreach (PeerModel peer in _visitors.Select(visitor => visitor.Model).Where(peer => !peer.Evicted))
        {
            Check(peer.BrokenAt is not null || !peer.AwaitsAck, "a line was not acknowledged, although it was sent to all");
            Check(peer.BrokenAt is not null || !peer.HasOutstanding, "a member was not given everything");
        }
    }

    private void Flush(Visitor visitor, int scratch)
    {
        while (Send(visitor, scratch, share: 4))
        {
        }
    }
}
