using Chatctl;
using Microsoft.Extensions.DependencyInjection;
using WrongName;

[assembly: TransportPlugin(typeof(Plugin))]

namespace WrongName;

/// <summary>Nothing is wrong with it but the folder that its project names.</summary>
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
