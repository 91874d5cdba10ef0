using Chatctl;
using Library;
using Microsoft.Extensions.DependencyInjection;
using MissingDependency;

[assembly: TransportPlugin(typeof(Plugin))]

namespace MissingDependency;

public sealed class Plugin : ITransportPlugin
{
    public Plugin() => Schemes = [Greeting.Scheme];

    public string Name => "missing-dependency";

    public IReadOnlyList<string> Schemes { get; }

    public void Register(IServiceCollection services)
    {
        // This is never called.
    }
}
