using Chatctl;
using Microsoft.Extensions.DependencyInjection;
using ThrowsInConstructor;

[assembly: TransportPlugin(typeof(Plugin))]

namespace ThrowsInConstructor;

public sealed class Plugin : ITransportPlugin
{
    public Plugin() => throw new InvalidOperationException("no\nmood");

    public string Name => "throws-in-constructor";

    public IReadOnlyList<string> Schemes => ["tcp"];

    public void Register(IServiceCollection services)
    {
        // This is never called.
    }
}
