using System.Globalization;
using Chatctl.Backplane.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Conformance.Tests.Backplanes;

public sealed class RedisTests : BackplaneConformance
{
    protected override async Task<BackplaneEngine> StartEngineAsync() => new RedisEngine(await RedisServer.StartAsync());
}

/// <summary>A redis-server as an engine with one room.</summary>
internal sealed class RedisEngine(RedisServer server) : BackplaneEngine
{
    private long _mark;

    public RedisServer Server { get; } = server;

    public string Address => $"redis://127.0.0.1:{Server.Port}/main";

    public override IBackplane CreateNode(string name) => CreateNode(name, null);

    public IBackplane CreateNode(string name, string? password, ILoggerFactory? loggers = null) =>
        new RedisBackplaneFactory(loggers ?? NullLoggerFactory.Instance, TimeProvider.System).Create(new BackplaneOptions { Address = Address, Node = name, Password = password });

    public override Task PauseAsync() => Server.PauseAsync();

    public override Task ResumeAsync() => Server.ResumeAsync();

    public override Task CutAsync() => Server.CommandAsync("CLIENT", "KILL", "TYPE", "normal");

    public override Task MarkAsync()
    {
        _mark = Server.Appended;
        return Task.CompletedTask;
    }

    public override async Task LoseSinceMarkAsync()
    {
        await Server.KillAsync();
        Server.CutAppended(_mark);
        await Server.RunAsync();
    }

    public override async Task TrimFirstAsync(int count) =>
        await Server.CommandAsync("XTRIM", "chatctl:{main}:log", "MINID", (count + 1).ToString(CultureInfo.InvariantCulture));

    public override ValueTask DisposeAsync() => Server.DisposeAsync();
}
