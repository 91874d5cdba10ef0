using Chatctl.Core;

namespace Chatctl.Serve;

/// <summary>How a <see cref="Relay"/> serves.</summary>
/// <param name="Room">How the room relays.</param>
/// <param name="Server">What every server is told; where it listens is filled in for each.</param>
/// <param name="Admission">Who may join.</param>
/// <param name="DrainTimeout">How long a stop may take.</param>
/// <param name="UntilInputEnds">Whether the end of standard input ends it too, as the first signal does.</param>
internal sealed record RelayOptions(RoomOptions Room, ServerOptions Server, AdmissionLimits Admission, TimeSpan DrainTimeout, bool UntilInputEnds);
