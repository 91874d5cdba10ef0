using Chatctl.Endpoints;
using HdrHistogram;

namespace Chatctl.Bench;

/// <summary>One run of the load against one relay. A single loop in the calling thread sends lines that are due, and reads lines that arrived.</summary>
/// <param name="options">The load.</param>
/// <param name="interruption">Ends the run.</param>
/// <param name="progress">Called now and then with the part of the time that is over, 0 to 1.</param>
internal sealed class LoadRun(BenchOptions options, Interruption interruption, Action<double> progress)
{
    // Limits for what is sent between two reads: enough to make a read worth its cost, but not so much that reading has to wait.
    private const int MostTurnsAPass = 100;
    private const int MostBytesAPass = 1 << 20;
    private const int MostRetriesAPass = 16;
    private const long ProgressInterval = 100_000_000;

    private readonly long _windowStart = (long)options.Warmup.TotalNanoseconds;
    private readonly long _end = (long)(options.Warmup + options.Duration).TotalNanoseconds;
    private readonly Schedule _schedule = new(options.Saturates ? 1 : options.Rate, options.Batch, options.Senders);
    private readonly LongHistogram _lateness = new(1000, 3_600_000_000_000, 2);
    private readonly Queue<int> _blocked = new(options.Senders);
    private long _turn;
    private long _sent;
    private long _busy;
    private long _resets;
    private int _ended;

    /// <summary>Runs until the load is over or the relay ends.</summary>
    /// <param name="name">The name of the relay in reports.</param>
    /// <param name="relay">The address of the relay.</param>
    /// <param name="meter">Its process. Null if it is not known.</param>
    public Figures Run(string name, Endpoint relay, ProcessMeter? meter)
    {
        var format = new LineFormat(options.Size, Random.Shared.Next());
        Timeline? timeline = options.KeepsTimeline ? new Timeline(_windowStart, _end - _windowStart) : null;
        var latencies = new LatencyWindow { From = _windowStart, To = _end, Timeline = timeline };
        var checker = new Checker(format, options.Clients, options.Senders, options.Echo, options.OneOrder, latencies);
        using var crowd = new Crowd(relay, options, format, checker, interruption);
        crowd.Gather();

        Mark atStart = new(0, 0, meter?.Cpu);
        Mark? first = null, last = null;
        long lastNews = 0, lastProgress = 0, settled = 0, ends = 0, pass = 0;
        bool stopped = false, worked = true;
        while (crowd.Closed == 0 && (checker.Ends < checker.ExpectedEnds || crowd.Unacknowledged > 0))
        {
            interruption.ThrowIfRequested();
            long now = crowd.Now;
            _busy += worked ? now - pass : 0;
            pass = now;
            if (first is null && now >= _windowStart)
            {
                first = new Mark(now, checker.Deliveries, meter?.Cpu);
                _busy = 0;
            }

            if (last is null && now >= _end)
            {
                last = new Mark(now, checker.Deliveries, meter?.Cpu) { Busy = _busy, Memory = meter?.Memory };
            }

            Reset(crowd, now);
            bool sends = Retry(crowd.Senders, now) | Send(crowd, checker, now);
            worked = sends | crowd.Receive(options.Spins || worked ? 0 : 1) > 0;

            // The relay is in time if something arrived, or if nothing is on its way.
            if (settled != checker.Settled || ends != checker.Ends || (now < _end && settled >= _sent * options.Fanout))
            {
                (settled, ends, lastNews) = (checker.Settled, checker.Ends, now);
            }
            else if (now - lastNews > options.Patience.TotalNanoseconds)
            {
                stopped = true;
                break;
            }

            if (now - lastProgress > ProgressInterval)
            {
                lastProgress = now;
                progress(Math.Min(1, (double)now / _end));
            }
        }

        if (crowd.Closed > 0)
        {
            interruption.ThrowIfRequestedSoon();
        }

        first ??= atStart;
        last ??= new Mark(crowd.Now, checker.Deliveries, meter?.Cpu) { Busy = _busy, Memory = meter?.Memory };

        // If the relay closed a connection, lines are missing for that reason, and do not count as lost.
        if (crowd.Closed == 0)
        {
            crowd.Conclude();
        }

        Faults faults = crowd.Closed > 0 ? checker.Faults : checker.Conclude([.. crowd.Senders.Select(sender => sender.Lines)]);
        faults.Closed = crowd.Closed;
        faults.Stopped = stopped;
        long elapsed = last.Time - first.Time;
        return new Figures
        {
            Name = name,
            Endpoint = relay.ToString(),
            Elapsed = TimeSpan.FromTicks(elapsed / 100),
            Deliveries = last.Deliveries - first.Deliveries,
            Lines = _sent,
            Behind = options.Saturates || crowd.Closed > 0 ? 0 : (_schedule.TurnsBefore(_end) * options.Batch) - _sent,
            ServerCpu = last.Cpu - first.Cpu,
            ServerMemory = last.Memory,
            P50 = latencies.At(50),
            P90 = latencies.At(90),
            P99 = latencies.At(99),
            P999 = latencies.At(99.9),
            Max = latencies.At(100),
            Resumes = crowd.Resumes,
            ResumeP99 = crowd.ResumeP99,
            GeneratorBusy = elapsed > 0 ? (double)last.Busy / elapsed : 0,
            Lateness = _lateness.TotalCount > 0 ? TimeSpan.FromMicroseconds(_lateness.GetValueAtPercentile(99) / 1000.0) : TimeSpan.Zero,
            StalledCutOff = crowd.StalledCutOff,
            Slices = timeline?.Slices(last.Time) ?? [],
            Faults = faults,
        };
    }

    /// <summary>Resets a connection if it is time to. At most one in each pass, so that the load goes on.</summary>
    private void Reset(Crowd crowd, long now)
    {
        if (now < _end && _resets < now * options.Resets / 1e9)
        {
            _resets++;
            int sender = options.Clients - 1 - crowd.Reset();

            // What has no ack is sent again. If the relay does not accept it at once, the sender is blocked, as after a turn.
            if (sender < options.Senders && crowd.Senders[sender].IsBlocked && !_blocked.Contains(sender))
            {
                _blocked.Enqueue(sender);
            }
        }
    }

    private bool Send(Crowd crowd, Checker checker, long now)
    {
        bool sends = options.Saturates ? now < _end && SendFreely(crowd, checker) : SendDue(crowd, now);

        // The end lines follow only when everything is sent that was due before the end. A late generator does not send less.
        return sends || (now >= _end && Finish(crowd.Senders));
    }

    /// <summary>Sends all lines that are due. A sender whose last turn is still waiting is left out, and takes its turns in <see cref="Retry"/>.</summary>
    private bool SendDue(Crowd crowd, long now)
    {
        int turns = 0;
        for (; turns < MostTurnsAPass && _schedule.Due(_turn) is var due && due <= now && due < _end; turns++, _turn++)
        {
            int sender = _schedule.SenderOf(_turn);
            if (!crowd.Senders[sender].IsBlocked)
            {
                TakeTurn(crowd.Senders, sender, due);
                _lateness.RecordValue(Math.Clamp(crowd.Now - due, 0, 3_600_000_000_000));
            }
        }

        return turns > 0;
    }

    /// <summary>Sends without a schedule, as long as not too many lines are on their way.</summary>
    private bool SendFreely(Crowd crowd, Checker checker)
    {
        bool sends = false;
        int turns = Math.Clamp(MostBytesAPass / (options.Batch * options.Size), 1, MostTurnsAPass);
        for (int i = 0; i < turns && _blocked.Count < options.Senders && (_sent - options.InFlight) * options.Fanout < checker.Settled; i++, _turn++)
        {
            int sender = _schedule.SenderOf(_turn);
            if (!crowd.Senders[sender].IsBlocked)
            {
                TakeTurn(crowd.Senders, sender, crowd.Now);
                sends = true;
            }
        }

        return sends;
    }

    private void TakeTurn(Sender[] senders, int number, long due)
    {
        senders[number].TakeTurn(due);
        _sent += options.Batch;
        if (senders[number].IsBlocked)
        {
            _blocked.Enqueue(number);
        }
    }

    /// <summary>Tries again to send turns that are still waiting. With a schedule, their senders then take the turns that they missed.</summary>
    private bool Retry(Sender[] senders, long now)
    {
        bool sends = false;
        for (int i = Math.Min(_blocked.Count, MostRetriesAPass); i > 0; i--)
        {
            int number = _blocked.Dequeue();
            Sender sender = senders[number];
            sender.Push();
            if (sender.IsBlocked)
            {
                _blocked.Enqueue(number);
                continue;
            }

            sends = true;
            while (!options.Saturates && now < _end && !sender.IsBlocked && _schedule.TurnOf(number, sender.Turns) is var turn && turn < _turn)
            {
                TakeTurn(senders, number, _schedule.Due(turn));
            }
        }

        return sends;
    }

    /// <summary>Lets each sender send its end line as soon as its last turn is sent.</summary>
    private bool Finish(Sender[] senders)
    {
        bool sends = false;
        for (int i = 0; _ended < senders.Length && i < senders.Length; i++)
        {
            if (!senders[i].HasEnded && !senders[i].IsBlocked)
            {
                senders[i].End();
                _ended++;
                sends = true;
                if (senders[i].IsBlocked)
                {
                    _blocked.Enqueue(i);
                }
            }
        }

        return sends;
    }

    /// <summary>The state of the run at one moment.</summary>
    private sealed record Mark(long Time, long Deliveries, TimeSpan? Cpu)
    {
        public long Busy { get; init; }

        public long? Memory { get; init; }
    }
}
