using System.Text;
using static Chatctl.Tests.Connect.EndingTests;

namespace Chatctl.Tests.Connect;

/// <summary>What <c>--send-only</c> prints, and when it fails.</summary>
public sealed class SendOnlyTests
{
    [Fact]
    public async Task Sending_only_prints_nothing_and_still_reads()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--send-only");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("x\n");
        await peer.SendAsync(new byte[20_000_000]);
        tool.CloseInput();
        Assert.Equal("x\n", Encoding.UTF8.GetString(await peer.ReadToEndAsync()));
        peer.Finish();
        AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task Sending_only_with_nothing_to_send_is_done()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--send-only");
        using Peer peer = await server.AcceptAsync();
        tool.CloseInput();
        AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task Sending_only_fails_when_the_server_leaves_before_the_input_has_ended()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--send-only");
        using Peer peer = await server.AcceptAsync();
        peer.Finish();
        AssertFailed("closed the connection before the end of standard input", await tool.FinishAsync());
    }
}
