using Chatctl.Cli;

namespace Chatctl.Bench;

/// <summary>The load: who says how much how often.</summary>
internal sealed record BenchOptions
{
    // Receivers times senders: each pair is a number to keep.
    private const long MostPairs = 64_000_000;

    /// <summary>Clients that read; the first of them only listens.</summary>
    public required int Clients { get; init; }

    /// <summary>How many of the clients send, in turns.</summary>
    public required int Senders { get; init; }

    /// <summary>Lines a second in all; infinite to send whenever fewer than <see cref="InFlight"/> are on their way.</summary>
    public double Rate { get; init; } = 1000;

    /// <summary>Bytes a line, its end included.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Lines a write.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>How many lines may be on their way when <see cref="Rate"/> is infinite.</summary>
    public long InFlight { get; init; } = 20_000;

    /// <summary>How long is measured.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the load runs before that.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the relay may deliver nothing of what is on its way.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Clients besides the others that join and then never read.</summary>
    public int Stalled { get; init; }

    /// <summary>Whether the relay sends each line to its sender too.</summary>
    public bool Echo { get; init; }

    /// <summary>Whether the relay promises that all see one order.</summary>
    public bool OneOrder { get; init; } = true;

    /// <summary>Whether the generator has a core of its own, and need never sleep.</summary>
    public bool Spins { get; init; }

    /// <summary>Whether the figures also tell the course of the run, slice by slice.</summary>
    public bool KeepsTimeline { get; init; }

    /// <summary>Whether there is no schedule.</summary>
    public bool Saturates => double.IsPositiveInfinity(Rate);

    /// <summary>How many receive a line.</summary>
    public int Fanout => Echo ? Clients : Clients - 1;

    /// <exception cref="UsageException">The values do not fit each other.</exception>
    public void Validate()
    {
        if (Clients < 2)
        {
            throw new UsageException("--clients: at least 2, one to send and one to receive");
        }

        if (Senders > Clients - 1)
        {
            throw new UsageException($"--senders: at most {Clients - 1}, since the first of {Clients} clients only listens");
        }

        if (Senders > LineFormat.MostSenders || (long)Clients * Senders > MostPairs)
        {
            throw new UsageException($"--senders: {Senders} for {Clients} clients are more than can be checked: at most {Math.Min(LineFormat.MostSenders, MostPairs / Clients)}");
        }

        if (Size is < LineFormat.ShortestLine or > 65536)
        {
            throw new UsageException($"--size: {LineFormat.ShortestLine} to 65536 bytes, not {Size}: a line has to say whose it is");
        }

        if ((long)Batch * Size > 1 << 24)
        {
            throw new UsageException($"--batch: at most 16m a write, not {Batch} lines of {Size} bytes");
        }

        if (Duration <= TimeSpan.Zero || Duration + Warmup > TimeSpan.FromHours(24))
        {
            throw new UsageException("--duration: longer than nothing, and at most 24h with the warm-up");
        }

        if (Patience <= TimeSpan.Zero)
        {
            throw new UsageException("--patience: longer than nothing");
        }
    }
}
