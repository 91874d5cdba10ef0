using System.Text.RegularExpressions;
using Chatctl.Demo;

namespace Chatctl.Tests.Demo;

/// <summary><c>chatctl demo</c> as a user runs it, with a pipe for standard output.</summary>
public sealed partial class DemoVerbTests
{
    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task Over_each_transport_all_lines_arrive(string transport)
    {
        using var tool = ToolProcess.Start("demo", "--transport", transport);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal("", result.Error);
        Assert.Contains("Verdict: good. 9 lines made 27 deliveries.", result.Text, StringComparison.Ordinal);
        Assert.Contains("bob lost its connection after 2 lines and came back: 6 lines, each once.", result.Text, StringComparison.Ordinal);
        Assert.Contains($"the transport {transport}.", result.Text, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_commands_that_it_shows_open_and_join_a_room()
    {
        using var tool = ToolProcess.Start("demo");
        ToolResult result = await tool.FinishAsync();
        string serve = Command(result.Text, " serve "), send = Command(result.Text, "seq 3 | ");
        using var server = ToolProcess.Shell($"exec {serve}");
        Assert.StartsWith("tcp://127.0.0.1:", await server.ReadLineAsync(), StringComparison.Ordinal);
        using var sender = ToolProcess.Shell(send);
        Assert.Equal(0, (await sender.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task A_transport_that_does_not_exist_is_a_mistake()
    {
        using var tool = ToolProcess.Start("demo", "--transport", "pigeon");
        ToolResult result = await tool.FinishAsync();
        Connect.EndingTests.AssertOneLine("'pigeon'", result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task An_interrupted_demonstration_leaves_no_process_and_no_file_behind()
    {
        using var folder = new TemporaryFolder();

        // Its output is a pipe that is full, so it waits there until the signal comes. A session of its own holds everything that it starts.
        using var shell = ToolProcess.Shell(
            """
            cd "$1" && mkdir tmp work && cd work && mkfifo ../full && exec 3<>../full
            dd if=/dev/zero of=../full oflag=nonblock bs=4096 2>/dev/null
            TMPDIR=$1/tmp setsid bash -c 'echo $$ >../session; exec "$CHATCTL" demo' >&3 &
            until [ -s ../session ]; do sleep 0.01; done
            pid=$(cat ../session)
            until cat /proc/"$pid"/task/*/syscall 2>/dev/null | grep -qE '^[0-9]+ 0x1 '; do sleep 0.01; done
            kill -INT "$pid"
            wait $!
            echo $?
            awk -v session="$pid" '{ sub(/.*\) /, "") } $4 == session { print "left behind:", FILENAME }' /proc/[0-9]*/stat 2>/dev/null
            ls -A . ../tmp
            """,
            folder.Root);
        ToolResult result = await shell.FinishAsync();
        Assert.Equal("130\n.:\n\n../tmp:\n", result.Text);
    }

    [Fact]
    public void The_short_name_stands_for_a_tool_on_the_PATH()
    {
        Assert.Equal("chatctl", ToolCommand.Find("/opt/tools/chatctl", "/opt/x/chatctl.dll", ["/bin", "/opt/tools/"]));
        Assert.Equal("/opt/tools/chatctl", ToolCommand.Find("/opt/tools/chatctl", "/opt/x/chatctl.dll", ["/bin"]));
        Assert.Equal("'/my tools/chatctl'", ToolCommand.Find("/my tools/chatctl", "/opt/x/chatctl.dll", ["/bin"]));
        Assert.Equal("dotnet /opt/x/chatctl.dll", ToolCommand.Find("/usr/bin/dotnet", "/opt/x/chatctl.dll", ["/usr/bin"]));
    }

    private static string Command(string report, string part) =>
        CommandLines().Matches(report).Select(line => line.Groups[1].Value).Single(line => line.Contains(part, StringComparison.Ordinal));

    [GeneratedRegex("^  ([a-z/].*127\\.0\\.0\\.1.*)$", RegexOptions.Multiline)]
    private static partial Regex CommandLines();
}
