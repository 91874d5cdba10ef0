using Chatctl.Tests.Chaos;
using Chatctl.Tests.Serve;
using static Chatctl.Tests.Connect.EndingTests;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>A session with a real server, over a network that resets each connection.</summary>
public sealed class BadNetworkSessionTests
{
    private const int Lines = 5000;

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task Lines_arrive_once_and_in_order_although_each_connection_is_reset(string transport)
    {
        string input = string.Concat(Enumerable.Range(1, Lines).Select(n => $"line {n}\n"));
        using Server server = await Server.StartAsync("-t", transport);
        using var network = new ChaosProxy(server.Urls[0], new Faults { ResetAfter = 30_000, LargestPiece = 5000 }, seed: 1);
        using ToolProcess listener = await server.JoinWithToolAsync("-N", "listener", "--recv-only", "-n", $"{Lines}");
        Task<ToolResult> listening = listener.FinishAsync();
        using var tool = ToolProcess.Start("connect", network.Url, "-N", "sender", "--retry");
        await tool.SendAsync(input);
        tool.CloseInput();
        ToolResult sent = await tool.FinishAsync();
        Assert.Equal(0, sent.ExitCode);
        Assert.Contains("reset the connection; reconnecting", sent.Error, StringComparison.Ordinal);
        AssertQuiet(0, input, await listening);
    }
}
