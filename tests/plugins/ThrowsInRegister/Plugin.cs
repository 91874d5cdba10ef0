using Chatctl;
using Microsoft.Extensions.DependencyInjection;
using ThrowsInRegister;

[assembly: TransportPlugin(typeof(Plugin))]

namespace ThrowsInRegister;

public sealed class Plugin : ITransportPlugin
{
    public string Name => "throws-in-register";

    public IReadOnlyList<string> Schemes => ["tcp"];

    public void Register(IServiceCollection services) => throw new InvalidOperationException("no room");
}
