using System.Text.Json.Serialization;

namespace Chatctl.Bench.Sessions;

/// <summary>The server's hello, or the error in its place: the members that bench checks. See docs/protocol.md.</summary>
internal sealed record ServerHello(
    string? Epoch, long First, long Next, NumbersGone? Gap, long Id, string? Client, bool Resumed, string? Error, string? Message);

/// <summary>The numbers of the lines that a resumed session cannot get any more.</summary>
internal sealed record NumbersGone(long First, long Last);

/// <summary>How <see cref="ServerHello"/> is read. It is generated, because reflection would be slow to start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerHello))]
internal sealed partial class ServerHelloContext : JsonSerializerContext;
