using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Chatctl;

public interface ITransportPlugin
{
    string Name { get; }

    IReadOnlyList<string> Schemes { get; }

    void Register(IServiceCollection services);
}

public interface IBroadcastServerFactory
{
    IBroadcastServer Create(IRoom room, ServerOptions options);
}

public interface IBroadcastServer : IAsyncDisposable
{
    IReadOnlyList<EndPoint> Endpoints { get; }

    Task Completion { get; }

    Task StartAsync(CancellationToken cancellationToken);

    Task StopAsync(CancellationToken cancellationToken);
}

public interface IRoom
{
    IDoor OpenDoor(Action wake);
}

public interface IDoor : IDisposable
{
    IMember Join(EndPoint? remote);
}

public interface IMember
{
    void Leave();
}

public sealed record ServerOptions
{
    public required IReadOnlyList<EndPoint> Endpoints { get; init; }
}

[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TransportPluginAttribute(Type pluginType) : Attribute
{
    public Type PluginType { get; } = pluginType;
}
