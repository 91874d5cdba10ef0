using Chatctl.Tests.Connect;

namespace Chatctl.Tests;

/// <summary>Signals end a verb although its parent had blocked or ignored them.</summary>
public sealed class SignalTests
{
    private static readonly Dictionary<string, string> Verbs = new()
    {
        ["connect"] = "connect --recv-only",
        ["serve"] = "serve 127.0.0.1:0",
        ["bench"] = "bench --clients 2 --duration 1h --no-pin --transports async",
    };

    private static readonly (string Signal, int Code)[] Endings = [("TERM", 143), ("INT", 130), ("HUP", 129)];

    /// <summary>Each verb and signal, blocked and ignored. SIGHUP that was ignored is not here, because it stays ignored.</summary>
    public static TheoryData<string, string, string, int> Arrangements()
    {
        var data = new TheoryData<string, string, string, int>();
        foreach (string verb in Verbs.Keys)
        {
            foreach ((string signal, int code) in Endings)
            {
                // A server stops in good order on the first of these.
                int expected = verb == "serve" && signal != "HUP" ? 0 : code;
                data.Add(verb, signal, "block", expected);
                if (signal != "HUP")
                {
                    data.Add(verb, signal, "ignore", expected);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Arrangements))]
    public async Task A_signal_ends_a_verb_that_was_started_with_it_blocked_or_ignored(string verb, string signal, string arrangement, int code)
    {
        using var server = new ScriptedServer();
        using ToolProcess tool = Start(verb, signal, arrangement, server.Address);
        using Peer? peer = await WaitUntilAtWorkAsync(verb, tool, server);
        tool.Signal(signal);
        Assert.Equal(code, (await tool.FinishAsync()).ExitCode);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_second_signal_ends_a_server_at_once_although_both_were_blocked(string signal, int code)
    {
        using var tool = ToolProcess.Shell(
            "exec env --default-signal=\"$1\" --block-signal=\"$1\" \"$CHATCTL\" serve -v --drain-timeout 1h 127.0.0.1:0", signal);
        string url = await tool.ReadLineAsync();
        using Peer slow = await Peer.ConnectAsync(url, receiveBuffer: 8 << 10);
        await tool.ErrorLineAsync(" joined");
        using (Peer sender = await Peer.ConnectAsync(url))
        {
            await sender.SendAsync(string.Concat(Enumerable.Repeat(new string('x', 1023) + "\n", 8 << 10)));
            sender.Finish();
            Assert.Empty(await sender.ReadToEndAsync());
        }

        tool.Signal(signal);
        await tool.ErrorLineAsync("stopping");
        tool.Signal(signal);
        Assert.Equal(code, (await tool.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task A_hang_up_that_was_ignored_stays_ignored_as_nohup_asks()
    {
        using var server = new ScriptedServer();
        using ToolProcess tool = Start("connect", "HUP", "ignore", server.Address);
        using Peer? peer = await WaitUntilAtWorkAsync("connect", tool, server);
        tool.Signal("HUP");
        await peer!.SendAsync("still there\n");
        Assert.Equal("still there", await tool.ReadLineAsync());
        tool.Signal("TERM");
        Assert.Equal(143, (await tool.FinishAsync()).ExitCode);
    }

    /// <param name="arrangement">An option of env(1).</param>
    // The signal may be ignored here too, and blocking alone would leave it so.
    private static ToolProcess Start(string verb, string signal, string arrangement, string address) => ToolProcess.Shell(
        "exec env --default-signal=\"$1\" --\"$2\"-signal=\"$1\" \"$CHATCTL\" \"${@:3}\"", [signal, arrangement, .. Verbs[verb].Split(' '), .. verb == "connect" ? new[] { address } : []]);

    /// <returns>The other end of a client's connection.</returns>
    private static async Task<Peer?> WaitUntilAtWorkAsync(string verb, ToolProcess tool, ScriptedServer server)
    {
        switch (verb)
        {
            case "connect":
                Peer peer = await server.AcceptAsync();
                await peer.SendAsync("here\n");
                Assert.Equal("here", await tool.ReadLineAsync());
                return peer;
            case "serve":
                Assert.StartsWith("tcp://", await tool.ReadLineAsync(), StringComparison.Ordinal);
                return null;
            default:
                await tool.ChildAsync();
                return null;
        }
    }
}
