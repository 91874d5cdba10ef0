using Chatctl.Serve;

namespace Chatctl.Tests.Serve;

/// <summary>A path with control characters: what a terminal and a pipe see of it.</summary>
public sealed class UrlTests
{
    [Fact]
    public void A_terminal_sees_control_characters_of_a_path_escaped_and_a_pipe_gets_the_path_as_it_is()
    {
        string[] urls = ["unix:/run/a\u001b[2Jb\nc", "unix:/run/plain"];
        Assert.Equal("unix:/run/a\\u{1b}[2Jb\\nc\nunix:/run/plain\n", Relay.UrlLines(urls, isForTerminal: true));
        Assert.Equal("unix:/run/a\u001b[2Jb\nc\nunix:/run/plain\n", Relay.UrlLines(urls, isForTerminal: false));
    }

    [Fact]
    public async Task A_server_on_a_terminal_shows_no_control_character_of_its_path()
    {
        using var folder = new TemporaryFolder();

        // script(1) gives the server a terminal.
        using var tool = ToolProcess.Shell("export WHERE=\"unix:$1\"; exec script -qec 'exec \"$CHATCTL\" serve \"$WHERE\"' /dev/null", folder["a\u001b[31mb"]);
        Assert.Equal($"unix:{folder["a\\u{1b}[31mb"]}", (await tool.ReadLineAsync()).TrimEnd('\r'));
    }

    [Fact]
    public async Task A_server_in_a_pipeline_prints_its_path_as_it_is()
    {
        using var folder = new TemporaryFolder();
        using Server server = await Server.StartAsync(1, Server.Run($"unix:{folder["a\u001b[31mb"]}"));
        Assert.Equal($"unix:{folder["a\u001b[31mb"]}", server.Urls[0]);
    }
}
