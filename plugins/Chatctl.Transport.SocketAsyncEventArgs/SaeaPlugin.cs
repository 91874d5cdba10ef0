using Chatctl.Transport.SocketAsyncEventArgs;
using Microsoft.Extensions.DependencyInjection;

[assembly: Chatctl.TransportPlugin(typeof(SaeaPlugin))]

namespace Chatctl.Transport.SocketAsyncEventArgs;

/// <summary>The <c>saea</c> transport: it reuses SocketAsyncEventArgs for all operations of a connection.</summary>
public sealed class SaeaPlugin : ITransportPlugin
{
    /// <inheritdoc/>
    public string Name => "saea";

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes { get; } = ["tcp", "unix"];

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, SaeaServerFactory>(Name);
}
