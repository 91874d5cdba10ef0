using Chatctl;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shared;

[assembly: BackplanePlugin(typeof(Plugin))]

namespace Shared;

public sealed class Plugin : IBackplanePlugin
{
    public string Name => "shared";

    public IReadOnlyList<string> Schemes { get; } = ["shared", "shareds"];

    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBackplaneFactory, Factory>(Name);
}

/// <summary>Makes no backplanes. Its text shows which services it got.</summary>
internal sealed class Factory(ILoggerFactory loggers, TimeProvider time) : IBackplaneFactory
{
    public IBackplane Create(BackplaneOptions options) => throw new NotSupportedException();

    public override string ToString() => $"{loggers.GetType().Name} {time.GetType().Name}";
}
