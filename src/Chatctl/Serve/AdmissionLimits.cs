namespace Chatctl.Serve;

/// <summary>The limits of <see cref="Admission"/>.</summary>
/// <param name="Clients">How many clients there may be at a time, over all doors.</param>
/// <param name="ClientsPerAddress">How many clients there may be from one IP address. Unix sockets have none.</param>
/// <param name="Networks">The networks that clients may come from.</param>
internal sealed record AdmissionLimits(long Clients, long ClientsPerAddress, NetworkRules Networks)
{
    // The process needs descriptors for itself: two for each assembly that the runtime loads, the listeners, and those that transports hold in
    // reserve for a shortage.
    private const long Own = 128;
    private const long MostKept = 64;

    /// <summary>How many clients a process can have: its limit of descriptors minus what it needs for itself.</summary>
    /// <param name="descriptors">The limit of descriptors.</param>
    public static long Affordable(long descriptors) => Math.Max(1, descriptors - Own - Math.Min(descriptors / 8, MostKept));
}
