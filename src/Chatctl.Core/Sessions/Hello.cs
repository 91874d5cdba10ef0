namespace Chatctl.Core.Sessions;

/// <summary>What a client says first.</summary>
/// <param name="Name">The name that it wants, not yet checked; null if it wants none.</param>
/// <param name="Client">Its client id; null if the server is to choose one.</param>
/// <param name="Since">What it asks for of the past; null for nothing.</param>
/// <param name="Token">What it shows as its token; null if it shows none.</param>
internal sealed record Hello(string? Name, string? Client, Since? Since, string? Token = null);
