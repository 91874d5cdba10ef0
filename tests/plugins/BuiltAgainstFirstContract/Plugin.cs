using System.Net;
using BuiltAgainstFirstContract;
using Chatctl;
using Microsoft.Extensions.DependencyInjection;

[assembly: TransportPlugin(typeof(Plugin))]

namespace BuiltAgainstFirstContract;

public sealed class Plugin : ITransportPlugin
{
    public string Name => "first-contract";

    public IReadOnlyList<string> Schemes { get; } = ["tcp"];

    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, Factory>(Name);
}

public sealed class Factory : IBroadcastServerFactory
{
    public IBroadcastServer Create(IRoom room, ServerOptions options) => new Server(room, options);
}

/// <summary>Calls what version 2 does not have any more: the runtime would notice only when the first peer comes.</summary>
public sealed class Server(IRoom room, ServerOptions options) : IBroadcastServer
{
    private readonly TaskCompletionSource _completion = new();

    public IReadOnlyList<EndPoint> Endpoints => options.Endpoints;

    public Task Completion => _completion.Task;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        room.OpenDoor(() => { }).Join(Endpoints[0]).Leave();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _completion.TrySetResult();
        return Completion;
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);
}
