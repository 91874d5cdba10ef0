namespace Chatctl.Core.Sessions;

/// <summary>The server's answer to a hello.</summary>
/// <param name="Room">The name of the room.</param>
/// <param name="Epoch">The life of the numbers.</param>
/// <param name="First">The number of the first line that the client can get.</param>
/// <param name="Next">The number of the next line that will be said.</param>
/// <param name="Gap">What the client asked for and cannot get; null if nothing.</param>
/// <param name="Id">The number of the session.</param>
/// <param name="Name">The client's name.</param>
/// <param name="Client">The client id.</param>
/// <param name="Resumed">Whether the server still knows the client id.</param>
/// <param name="MaxText">The longest text, in bytes.</param>
/// <param name="Epochs">The epochs before this one, each with the number of its last line that is left; null if there are none.</param>
/// <param name="Rights">What the client may do: <c>read</c>, <c>write</c> or <c>read,write</c>; null in a room without access rules.</param>
internal sealed record ServerHello(
    string Room, string Epoch, long First, long Next, Gap? Gap, long Id, string Name, string Client, bool Resumed, int MaxText,
    IReadOnlyList<(string Epoch, long Last)>? Epochs = null, string? Rights = null);

/// <summary>What a client asked for and cannot get.</summary>
/// <param name="Epoch">The epoch of the client's position, if it is not that of the server.</param>
/// <param name="Lines">The first and the last line of the server's epoch that are gone, if any are.</param>
internal sealed record Gap(string? Epoch, (long First, long Last)? Lines);
