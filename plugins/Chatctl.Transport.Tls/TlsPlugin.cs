using Chatctl.Transport.Tls;
using Microsoft.Extensions.DependencyInjection;

[assembly: Chatctl.TransportPlugin(typeof(TlsPlugin))]

namespace Chatctl.Transport.Tls;

/// <summary>The <c>tls</c> transport: TLS 1.2 and 1.3 over TCP.</summary>
public sealed class TlsPlugin : ITransportPlugin
{
    /// <inheritdoc/>
    public string Name => "tls";

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes { get; } = ["tls"];

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, TlsServerFactory>(Name);
}
