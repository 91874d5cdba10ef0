using Chatctl.Transport.Async;
using Microsoft.Extensions.DependencyInjection;

[assembly: Chatctl.TransportPlugin(typeof(AsyncPlugin))]

namespace Chatctl.Transport.Async;

/// <summary>The <c>async</c> transport: it awaits operations on sockets. Read it first to learn how to write a transport.</summary>
public sealed class AsyncPlugin : ITransportPlugin
{
    /// <inheritdoc/>
    public string Name => "async";

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes { get; } = ["tcp", "unix"];

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, AsyncServerFactory>(Name);
}
