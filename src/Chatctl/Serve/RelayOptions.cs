using Chatctl.Core;
using Chatctl.Core.Journal;

namespace Chatctl.Serve;

/// <summary>How a <see cref="Relay"/> serves.</summary>
/// <param name="Room">How the room relays.</param>
/// <param name="Server">The options of every server. The endpoints are filled in for each server.</param>
/// <param name="Admission">Which clients may join.</param>
/// <param name="Auth">Who may join, and with which rights; null if everybody may do everything.</param>
/// <param name="Journal">What is kept on disk, and where; null for nothing.</param>
/// <param name="Backplane">What the room shares with other nodes; null if there are none.</param>
/// <param name="DrainTimeout">How long a stop may take.</param>
/// <param name="UntilInputEnds">Whether the end of standard input stops the relay too, as the first signal does.</param>
internal sealed record RelayOptions(
    RoomOptions Room, ServerOptions Server, AdmissionLimits Admission, AuthFile? Auth, JournalOptions? Journal,
    BackplaneChoice? Backplane, TimeSpan DrainTimeout, bool UntilInputEnds);
