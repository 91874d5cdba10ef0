using Chatctl;
using Microsoft.Extensions.DependencyInjection;
using NoFactory;

[assembly: TransportPlugin(typeof(Plugin))]

namespace NoFactory;

public sealed class Plugin : ITransportPlugin
{
    public string Name => "no-factory";

    public IReadOnlyList<string> Schemes => ["tcp"];

    public void Register(IServiceCollection services)
    {
        // It registers no factory.
    }
}
