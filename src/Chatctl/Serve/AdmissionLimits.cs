namespace Chatctl.Serve;

/// <summary>What <see cref="Admission"/> goes by.</summary>
/// <param name="Clients">How many there may be at a time, whatever they connect through.</param>
/// <param name="ClientsPerAddress">How many there may be from one IP address; Unix sockets have none.</param>
/// <param name="Networks">Where they may come from.</param>
internal sealed record AdmissionLimits(long Clients, long ClientsPerAddress, NetworkRules Networks)
{
    // What the process needs for itself: the runtime, which keeps two for each assembly, the listeners, and what transports keep back when
    // descriptors run short.
    private const long Own = 128;
    private const long MostKept = 64;

    /// <summary>How many clients a process can have: its limit of descriptors, less what it needs for itself.</summary>
    /// <param name="descriptors">The limit.</param>
    public static long Affordable(long descriptors) => Math.Max(1, descriptors - Own - Math.Min(descriptors / 8, MostKept));
}
