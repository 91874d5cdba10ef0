using Chatctl.Cli;

namespace Chatctl.Bench;

/// <summary>The load: how many clients send, how much, and how often.</summary>
internal sealed record BenchOptions
{
    // Receivers times senders: the checker keeps a number for each pair.
    private const long MostPairs = 64_000_000;

    /// <summary>The number of clients that read. The first of them only listens.</summary>
    public required int Clients { get; init; }

    /// <summary>How many of the clients send, in turns.</summary>
    public required int Senders { get; init; }

    /// <summary>How many of the clients have a session. They are spread evenly, and the last client is the first to be one.</summary>
    public int Sessions { get; init; }

    /// <summary>How many connections of sessions are reset and resumed in a second.</summary>
    public double Resets { get; init; }

    /// <summary>Lines a second in all. Infinite: send whenever fewer than <see cref="InFlight"/> lines are on their way.</summary>
    public double Rate { get; init; } = 1000;

    /// <summary>Bytes a line, including its end.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Lines in each write.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>The most lines that may be on their way when <see cref="Rate"/> is infinite.</summary>
    public long InFlight { get; init; } = 20_000;

    /// <summary>How long to measure.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the load runs before it is measured.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the relay may deliver nothing while lines are on their way.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Additional clients that join and then never read.</summary>
    public int Stalled { get; init; }

    /// <summary>Whether the relay sends each line to its sender too.</summary>
    public bool Echo { get; init; }

    /// <summary>Whether the relay promises the same order to all receivers.</summary>
    public bool OneOrder { get; init; } = true;

    /// <summary>Whether the generator has a core of its own, so that it never needs to sleep.</summary>
    public bool Spins { get; init; }

    /// <summary>Whether the figures also show the course of the run, slice by slice.</summary>
    public bool KeepsTimeline { get; init; }

    /// <summary>Whether lines are sent without a schedule.</summary>
    public bool Saturates => double.IsPositiveInfinity(Rate);

    /// <summary>How many clients receive each line.</summary>
    public int Fanout => Echo ? Clients : Clients - 1;

    /// <summary>Whether a client has a session.</summary>
    public bool IsSession(int client) => (client + 1L) * Sessions / Clients > (long)client * Sessions / Clients;

    /// <summary>Checks that the values fit together.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    public void Validate()
    {
        if (Clients < 2)
        {
            throw new UsageException("--clients: at least 2 are needed, one to send and one to receive");
        }

        if (Senders > Clients - 1)
        {
            throw new UsageException($"--senders: at most {Clients - 1}, because the first of {Clients} clients only listens");
        }

        if (Senders > LineFormat.MostSenders || (long)Clients * Senders > MostPairs)
        {
            throw new UsageException($"--senders: {Senders} senders and {Clients} clients are more than bench can check: at most {Math.Min(LineFormat.MostSenders, MostPairs / Clients)}");
        }

        if (Sessions > Clients)
        {
            throw new UsageException($"--sessions: at most {Clients}, because there are only so many clients");
        }

        if (Resets > 0 && Sessions == 0)
        {
            throw new UsageException("--reconnect: only sessions can resume; say how many there are with --sessions");
        }

        if (Size is < LineFormat.ShortestLine or > 65536)
        {
            throw new UsageException($"--size: {LineFormat.ShortestLine} to 65536 bytes, not {Size}: each line holds its sender, its number and its time");
        }

        if ((long)Batch * Size > 1 << 24)
        {
            throw new UsageException($"--batch: a write holds at most 16m, not {Batch} lines of {Size} bytes");
        }

        if (Duration <= TimeSpan.Zero || Duration + Warmup > TimeSpan.FromHours(24))
        {
            throw new UsageException("--duration: must be longer than 0, and at most 24h together with the warm-up");
        }

        if (Patience <= TimeSpan.Zero)
        {
            throw new UsageException("--patience: must be longer than 0");
        }
    }
}
