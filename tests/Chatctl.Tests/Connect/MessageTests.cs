using System.Text;
using static Chatctl.Tests.Connect.EndingTests;

namespace Chatctl.Tests.Connect;

/// <summary>What <c>--message</c> sends and prints, and when it fails.</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData("-m", "hello", "hello\n")]
    [InlineData("--message=", null, "\n")]
    [InlineData("-Cmhello", null, "hello\r\n")]
    [InlineData("-0mtwo\nlines", null, "two\nlines\0")]
    public async Task A_message_is_sent_and_standard_input_is_left_to_the_script_around_it(string option, string? value, string sent)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell(
            "address=$1; shift; \"$CHATCTL\" connect \"$address\" --recv \"$@\"; code=$?; cat; exit $code",
            value is null ? [server.Address, option] : [server.Address, option, value]);
        await tool.SendAsync("untouched\n");
        tool.CloseInput();
        using Peer peer = await server.AcceptAsync();
        Assert.Equal(sent, Encoding.UTF8.GetString(await peer.ReadToEndAsync()));
        await peer.SendAsync("answer\n");
        peer.Finish();
        AssertQuiet(0, "answer\nuntouched\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_message_is_in_doubt_like_any_input()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-m", "hello");
        using Peer peer = await server.AcceptAsync();
        await peer.ReadToEndAsync();
        peer.Reset();
        AssertFailed("reset the connection; 6 bytes may not have been delivered", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_message_alone_prints_nothing_of_what_the_others_say()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-m", "hello");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("chatter\n");
        Assert.Equal("hello\n"u8.ToArray(), await peer.ReadToEndAsync());
        await peer.SendAsync("more chatter\n");
        peer.Finish();
        AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("--recv", "answer\n")]
    [InlineData("-q 0", "answer\n")]
    [InlineData("-n 1", "answer\n")]
    [InlineData("--json", "*answer*")]
    [InlineData("--timestamps", "*answer*")]
    [InlineData("--tee /dev/null", "answer\n")]
    public async Task An_option_that_is_about_answers_prints_them(string option, string expected)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start(["connect", server.Address, "-m", "hello", .. option.Split(' ')]);
        using Peer peer = await server.AcceptAsync();
        Assert.Equal("hello\n", await peer.ReadAsync(6));
        await peer.SendAsync("answer\n");
        Assert.Empty(await peer.ReadToEndAsync());
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.Matches($"^{expected.Replace("*", ".*", StringComparison.Ordinal)}\n?$", result.Text);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_form_of_output_in_the_environment_prints_no_answers()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        var environment = new Dictionary<string, string> { ["CHATCTL_JSON"] = "1", ["CHATCTL_TEE"] = folder["log"] };
        using var tool = ToolProcess.Start(environment, "connect", server.Address, "-m", "hello");
        using Peer peer = await server.AcceptAsync();
        await peer.ReadToEndAsync();
        await peer.SendAsync("chatter\n");
        peer.Finish();
        AssertQuiet(0, "", await tool.FinishAsync());
        Assert.False(File.Exists(folder["log"]));
    }

    [Fact]
    public async Task With_a_server_that_leaves_at_once_success_means_that_it_has_the_message()
    {
        using var server = new ScriptedServer();

        // How far the message gets before the server leaves is a matter of chance. Many rounds see more than one case.
        for (int round = 0; round < 10; round++)
        {
            using var tool = ToolProcess.Start("connect", server.Address, "-m", "hello", "--recv");
            using Peer peer = await server.AcceptAsync();
            peer.Finish();
            ToolResult result = await tool.FinishAsync();
            if (result.ExitCode == 0)
            {
                Assert.Equal("hello\n"u8.ToArray(), await peer.ReadToEndAsync());
            }
            else
            {
                AssertFailed("closed the connection before ", result);
            }
        }
    }

    [Fact]
    public async Task To_print_and_not_to_print_exclude_each_other()
    {
        using var tool = ToolProcess.Start("connect", ScriptedServer.ClosedAddress(), "--send-only", "--recv");
        ToolResult result = await tool.FinishAsync();
        AssertOneLine("--send-only and --recv exclude each other", result.Error);
        Assert.Equal(2, result.ExitCode);
    }
}
