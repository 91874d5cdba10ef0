using Chatctl;
using Microsoft.Extensions.DependencyInjection;
using WrongName;

[assembly: TransportPlugin(typeof(Plugin))]

namespace WrongName;

/// <summary>A good plugin, except that its project names another folder.</summary>
public sealed class Plugin : ITransportPlugin
{
    public string Name => "another";

    public IReadOnlyList<string> Schemes => ["tcp"];

    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, Factory>(Name);
}

internal sealed class Factory : IBroadcastServerFactory
{
    public IBroadcastServer Create(IRoom room, ServerOptions options) => throw new NotSupportedException();

    public override string ToString() => "another factory";
}
