namespace Chatctl.Bench;

/// <summary>The results of one run. Except for the faults, they are of the time between the warm-up and the end.</summary>
internal sealed record Figures
{
    /// <summary>The name of the relay in reports.</summary>
    public required string Name { get; init; }

    /// <summary>The address of the relay.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long the measurement took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Lines that reached a receiver: one line that reached 99 receivers counts 99 times.</summary>
    public long Deliveries { get; init; }

    /// <summary>Lines written in the whole run.</summary>
    public long Lines { get; init; }

    /// <summary>Lines that were due in the whole run but that the relay did not accept.</summary>
    public long Behind { get; init; }

    /// <summary>The relay's CPU time, user and kernel. Null if its process is not known.</summary>
    public TimeSpan? ServerCpu { get; init; }

    /// <summary>The relay's resident memory at the end, in bytes. Null if its process is not known.</summary>
    public long? ServerMemory { get; init; }

    /// <summary>The time from when a line was due until it arrived: the median.</summary>
    public TimeSpan P50 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan P90 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan P99 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan P999 { get; init; }

    /// <summary>The longest latency.</summary>
    public TimeSpan Max { get; init; }

    /// <summary>How often a session was resumed in the whole run.</summary>
    public long Resumes { get; init; }

    /// <summary>The time from when a connection was reset until the server's hello arrived: 99 of 100 resumes took at most so long.</summary>
    public TimeSpan ResumeP99 { get; init; }

    /// <summary>The part of the time in which the generator was busy, 0 to 1. Near 1, the run measures the generator and not the relay.</summary>
    public double GeneratorBusy { get; init; }

    /// <summary>How late the generator itself wrote a line that was due: 99 of 100 writes were at most this late.</summary>
    public TimeSpan Lateness { get; init; }

    /// <summary>Stalled clients that the relay disconnected.</summary>
    public int StalledCutOff { get; init; }

    /// <summary>The course of the measured time. Empty unless the options ask for it.</summary>
    public IReadOnlyList<Slice> Slices { get; init; } = [];

    /// <summary>What the relay did wrong.</summary>
    public required Faults Faults { get; init; }

    /// <summary>Whether the relay made no faults.</summary>
    public bool IsCorrect => Faults.None;

    /// <summary>Deliveries a second.</summary>
    public double DeliveryRate => Elapsed > TimeSpan.Zero ? Deliveries / Elapsed.TotalSeconds : 0;

    /// <summary>The relay's CPU time for each delivery, in nanoseconds. Null if it is not known or if nothing was delivered.</summary>
    public double? CpuPerDelivery => Deliveries > 0 ? ServerCpu?.TotalNanoseconds / Deliveries : null;

    /// <summary>The part of a core that the relay used. Null if it is not known.</summary>
    public double? ServerLoad => Elapsed > TimeSpan.Zero ? ServerCpu / Elapsed : null;

    /// <summary>Reasons to doubt the figures, one sentence each.</summary>
    public IEnumerable<string> Doubts()
    {
        const double NearlyAll = 0.9;
        if (GeneratorBusy > NearlyAll && ServerLoad is not > NearlyAll)
        {
            yield return $"{Name}: the generator was busy for {GeneratorBusy:P0} of the time; the relay may be able to deliver more than this";
        }

        if (Lateness > TimeSpan.FromMilliseconds(1))
        {
            yield return $"{Name}: the generator itself wrote 1 line of 100 more than {Lateness.TotalMilliseconds:F1} ms late; the latencies include this delay";
        }

        if (Behind > 0)
        {
            yield return $"{Name}: the relay does not keep up with the rate: it never accepted {Behind} lines that were due, and their latencies are missing";
        }
    }
}
