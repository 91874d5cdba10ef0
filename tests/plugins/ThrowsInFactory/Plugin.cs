using Chatctl;
using Microsoft.Extensions.DependencyInjection;
using ThrowsInFactory;

[assembly: TransportPlugin(typeof(Plugin))]

namespace ThrowsInFactory;

public sealed class Plugin : ITransportPlugin
{
    public string Name => "throws-in-factory";

    public IReadOnlyList<string> Schemes => ["tcp"];

    public void Register(IServiceCollection services) =>
        services.AddKeyedSingleton<IBroadcastServerFactory>(Name, (_, _) => throw new PlatformNotSupportedException("not on this machine"));
}
