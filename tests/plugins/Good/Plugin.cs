using Chatctl;
using Good;
using Library;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: TransportPlugin(typeof(Plugin))]

namespace Good;

public sealed class Plugin : ITransportPlugin
{
    public string Name => "good";

    public IReadOnlyList<string> Schemes { get; } = [Greeting.Scheme, "unix"];

    public void Register(IServiceCollection services) => services.AddKeyedSingleton<IBroadcastServerFactory, Factory>(Name);
}

/// <summary>Makes no servers. Its text shows which services it got, and whether it was disposed.</summary>
internal sealed class Factory(ILoggerFactory loggers, TimeProvider time) : IBroadcastServerFactory, IAsyncDisposable
{
    private string _state = $"{loggers.GetType().Name} {time.GetType().Name}";

    public IBroadcastServer Create(IRoom room, ServerOptions options) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        _state = "disposed";
        return ValueTask.CompletedTask;
    }

    public override string ToString() => _state;
}
