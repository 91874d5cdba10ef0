using Chatctl;
using HelpsWithFirstContract;
using Microsoft.Extensions.DependencyInjection;
using OldLibrary;

[assembly: TransportPlugin(typeof(Plugin))]

namespace OldLibrary;

/// <summary>Is built against the contract of today. Its library is not.</summary>
public sealed class Plugin : ITransportPlugin
{
    public string Name => "old-library";

    public IReadOnlyList<string> Schemes { get; } = [Entrance.Describe()];

    public void Register(IServiceCollection services) => throw new InvalidOperationException("the plugin was used though its library does not fit");
}
