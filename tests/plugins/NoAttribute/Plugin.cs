using Chatctl;
using Microsoft.Extensions.DependencyInjection;

namespace NoAttribute;

public sealed class Plugin : ITransportPlugin
{
    public string Name => "no-attribute";

    public IReadOnlyList<string> Schemes => ["tcp"];

    public void Register(IServiceCollection services)
    {
        // This is never called.
    }
}
