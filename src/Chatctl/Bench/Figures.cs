namespace Chatctl.Bench;

/// <summary>What one run has shown. All but the faults is of the time between the warm-up and the end.</summary>
internal sealed record Figures
{
    /// <summary>What the relay is called in reports.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long was measured.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Lines that got to a receiver: one that got to 99 counts 99 times.</summary>
    public long Deliveries { get; init; }

    /// <summary>Lines written in the whole run.</summary>
    public long Lines { get; init; }

    /// <summary>Lines that were due in the whole run and that the relay did not take.</summary>
    public long Behind { get; init; }

    /// <summary>The relay's CPU time, user and kernel; null if its process is not known.</summary>
    public TimeSpan? ServerCpu { get; init; }

    /// <summary>The relay's resident memory at the end, in bytes; null if its process is not known.</summary>
    public long? ServerMemory { get; init; }

    /// <summary>From when a line was due to its arrival: the median.</summary>
    public TimeSpan P50 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan P90 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan P99 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan P999 { get; init; }

    /// <summary>The longest.</summary>
    public TimeSpan Max { get; init; }

    /// <summary>What part of the time the generator had something to do, 0 to 1. Near 1 it is the generator that is measured.</summary>
    public double GeneratorBusy { get; init; }

    /// <summary>How late the generator itself was to write what was due, in 99 of 100 writes.</summary>
    public TimeSpan Lateness { get; init; }

    /// <summary>Stalled clients that the relay has cut off.</summary>
    public int StalledCutOff { get; init; }

    /// <summary>The course of the measured time; empty unless it was asked for.</summary>
    public IReadOnlyList<Slice> Slices { get; init; } = [];

    /// <summary>What was wrong.</summary>
    public required Faults Faults { get; init; }

    /// <summary>Whether the relay did what a relay promises.</summary>
    public bool IsCorrect => Faults.None;

    /// <summary>Deliveries a second.</summary>
    public double DeliveryRate => Elapsed > TimeSpan.Zero ? Deliveries / Elapsed.TotalSeconds : 0;

    /// <summary>The relay's CPU time a delivery, in nanoseconds; null if it is not known or nothing was delivered.</summary>
    public double? CpuPerDelivery => Deliveries > 0 ? ServerCpu?.TotalNanoseconds / Deliveries : null;

    /// <summary>What part of a core the relay has used; null if it is not known.</summary>
    public double? ServerLoad => Elapsed > TimeSpan.Zero ? ServerCpu / Elapsed : null;

    /// <summary>What a reader of the figures should know about them, a sentence each.</summary>
    public IEnumerable<string> Doubts()
    {
        const double NearlyAll = 0.9;
        if (GeneratorBusy > NearlyAll && ServerLoad is not > NearlyAll)
        {
            yield return $"{Name}: the generator was busy for {GeneratorBusy:P0} of the time: the relay may be able to do more than this";
        }

        if (Lateness > TimeSpan.FromMilliseconds(1))
        {
            yield return $"{Name}: the generator itself was {Lateness.TotalMilliseconds:F1} ms late in one write of a hundred, which is in the latencies";
        }

        if (Behind > 0)
        {
            yield return $"{Name}: {Behind} lines were due and were never taken by the relay, so their latencies are missing: it does not keep up with the rate";
        }
    }
}
