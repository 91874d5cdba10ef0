using Chatctl.Transport.Select;
using Microsoft.Extensions.DependencyInjection;

[assembly: Chatctl.TransportPlugin(typeof(SelectPlugin))]

namespace Chatctl.Transport.Select;

/// <summary>The <c>select</c> transport: one thread waits for all sockets at once, and never blocks on one of them.</summary>
public sealed class SelectPlugin : ITransportPlugin
{
    /// <inheritdoc/>
    public string Name => "select";

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes { get; } = ["tcp", "unix"];

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, SelectServerFactory>(Name);
}
