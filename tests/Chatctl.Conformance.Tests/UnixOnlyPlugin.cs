using System.Net;
using Chatctl.Conformance.Tests;
using Chatctl.Transport.Async;
using Microsoft.Extensions.DependencyInjection;

[assembly: Chatctl.TransportPlugin(typeof(UnixOnlyPlugin))]

namespace Chatctl.Conformance.Tests;

/// <summary>A transport without any optional capability: <c>async</c>, but only with Unix sockets.</summary>
public sealed class UnixOnlyPlugin : ITransportPlugin
{
    private readonly AsyncPlugin _plugin = new();

    public string Name => "unix-only";

    public IReadOnlyList<string> Schemes { get; } = ["unix"];

    public void Register(IServiceCollection services)
    {
        _plugin.Register(services);
        services.AddKeyedSingleton<IBroadcastServerFactory>(Name, (all, _) => new Factory(all.GetRequiredKeyedService<IBroadcastServerFactory>(_plugin.Name)));
    }

    private sealed class Factory(IBroadcastServerFactory factory) : IBroadcastServerFactory
    {
        public IBroadcastServer Create(IRoom room, ServerOptions options) => new Server(factory.Create(room, options), options);
    }

    private sealed class Server(IBroadcastServer server, ServerOptions options) : IBroadcastServer
    {
        public IReadOnlyList<EndPoint> Endpoints => server.Endpoints;

        public Task Completion => server.Completion;

        public Task StartAsync(CancellationToken cancellationToken) => options.Endpoints.OfType<IPEndPoint>().FirstOrDefault() is { } ip
            ? Task.FromException(new BindException(ip, "this transport listens only on Unix sockets"))
            : server.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
