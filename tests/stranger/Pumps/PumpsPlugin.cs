using Chatctl;
using Microsoft.Extensions.DependencyInjection;

[assembly: TransportPlugin(typeof(Pumps.PumpsPlugin))]

namespace Pumps;

/// <summary>
/// The plugin's entry: its name and its registration. <c>pumps</c> is a very simple transport. It has two loops for each peer: one receives, and one sends.
/// It does what the contract asks, and nothing to be fast.
/// </summary>
public sealed class PumpsPlugin : ITransportPlugin
{
    public string Name => "pumps";

    public IReadOnlyList<string> Schemes { get; } = ["tcp"];

    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, PumpsServerFactory>(Name);
}

internal sealed class PumpsServerFactory : IBroadcastServerFactory
{
    public IBroadcastServer Create(IRoom room, ServerOptions options) => new PumpsServer(room, options);
}
