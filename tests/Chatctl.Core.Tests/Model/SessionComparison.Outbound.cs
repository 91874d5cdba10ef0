using static Chatctl.Core.Tests.Model.Comparison;

namespace Chatctl.Core.Tests.Model;

/// <content>What members are given.</content>
internal sealed partial class SessionComparison
{
    private long SlowEvictions =>
        _room.Evictions(EvictionReason.TooSlow) + _room.Evictions(EvictionReason.Stuck) + _room.Evictions(EvictionReason.Stalled);

    /// <summary>
    /// If the room has evicted a member because it was slow, the model does the same. Other tests check which member is evicted, and when. Here the
    /// room must have counted the eviction.
    /// </summary>
    private void HeedEvictions()
    {
        foreach (Visitor visitor in _visitors.Where(visitor => visitor.Real.IsEvicted && !visitor.Model.Evicted))
        {
            Check(++_known <= SlowEvictions, "the member was evicted for no reason");
            visitor.Model.Evict(_scenario.Options.Slow switch
            {
                SlowPolicy.Wait => "stalled",
                SlowPolicy.Disconnect => "too_slow",
                _ => "stuck",
            });
            _tally.Evictions++;
        }
    }

    private bool Send(Visitor visitor, int scratch, int share)
    {
        int given = visitor.Model.OnTheirWay;
        if (given == 0 && !Ask(visitor, scratch))
        {
            visitor.Real.Sent(0);
            return false;
        }

        given = visitor.Model.OnTheirWay;
        int taken = share == 5 ? 1 : given * share / 4;
        visitor.Real.Sent(taken);
        visitor.Model.Take(taken);
        _tally.Taken += taken;
        return taken > 0;
    }

    private bool Ask(Visitor visitor, int scratch)
    {
        long wakes = _wakes;
        PeerModel model = visitor.Model;
        Outbound answer;
        ReadOnlyMemory<byte> bytes;
        do
        {
            answer = visitor.Real.Pending(_scratch.AsMemory(0, scratch), out bytes);
        }
        while (answer == Outbound.Nothing && _loopback?.Pump() == true);

        HeedEvictions();
        Check(visitor.Real.IsEvicted == model.Evicted, model.Evicted ? "the member was not evicted" : "the member was evicted");

        // What waits for more units can be seen a bit before its wake.
        bool needsWake = _scenario.Options.Coalesce is null;
        Check(answer == Outbound.Nothing || visitor.QuietAt != wakes || !needsWake, $"the answer was nothing, and without a wake it is {answer}");
        Check(bytes.IsEmpty == (answer != Outbound.Bytes), $"the answer was {answer} with {bytes.Length} bytes");
        visitor.Last = answer;
        visitor.QuietAt = answer == Outbound.Nothing ? wakes : null;
        switch (answer)
        {
            case Outbound.Bytes:
                model.Give(bytes.Span);
                return true;
            case Outbound.Nothing when model.Evicted:
                model.GiveNothingMore();
                break;
            default:
                model.GiveNothing();
                CheckEnd(model, answer);
                break;
        }

        return false;
    }

    private void CheckEnd(PeerModel model, Outbound answer)
    {
        bool isOver = model.IsOver;
        Check(isOver || answer == Outbound.Nothing, $"the answer was {answer}, although the member has not ended");
        switch (answer)
        {
            case Outbound.Finish:
                Check(!model.Lost && !model.AwaitsAck, "a receipt came for what was lost, or before an ack");
                Check(!model.HasSent || _model.IsSentToOthers(model, model.Stop), "a receipt came before another member was sent the lines");
                if (model.HasFinished)
                {
                    _model.EndSession(model);
                }

                break;
            case Outbound.CutOff:
                Check(model.Lost, "a member was cut off that has lost nothing");
                break;
        }
    }
}
