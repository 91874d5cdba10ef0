using Chatctl.Tests.Chaos;
using Chatctl.Tests.Serve;

namespace Chatctl.Tests.Terminal;

/// <summary>Two people in sessions, each at a terminal, in a room that the tool serves.</summary>
public sealed class TwoPeopleTests
{
    [Fact]
    public async Task They_see_who_says_what_who_comes_and_goes_and_how_they_are_called()
    {
        string wide = string.Concat(Enumerable.Repeat("長い行", 30));
        using Server server = await Server.StartAsync();
        using TmuxScreen ann = await TmuxScreen.OpenAsync(80);
        using TmuxScreen bob = await TmuxScreen.OpenAsync(40);
        await ann.ConnectAsync(server.Urls[0], "-N ann");
        await ann.RunAsync("/who");
        await ann.SeeAsync(text => text == "here: ann\n>", "ann alone");
        await bob.ConnectAsync(server.Urls[0], "-N '😀 bob'");
        await ann.SeeAsync("\n😀 bob has joined\n>");
        await ann.RunAsync("hello");
        await bob.SeeAsync(text => text == "ann: hello\n>", "what ann said");
        await ann.SeeAsync("\nann: hello\n>");
        await ann.TypeAsync("typed");
        await bob.RunAsync(wide);
        await ann.SeeAsync(
            text => text.Replace("\n", "", StringComparison.Ordinal).EndsWith($"😀 bob: {wide}> typed", StringComparison.Ordinal), "a long line above the typed line");
        await bob.SeeAsync(
            text => text.Replace("\n", "", StringComparison.Ordinal).EndsWith($"😀 bob: {wide}>", StringComparison.Ordinal), "the own long line");
        await bob.RunAsync("/nick ann");
        await bob.SeeAsync("\nyou are now ann-2\n>");
        await ann.SeeAsync("\n😀 bob is now ann-2\n> typed");
        using (Peer plain = await Peer.ConnectAsync(server.Urls[0]))
        {
            await plain.SendAsync("from nc\n");
            await bob.SeeAsync(text => text.Split('\n') is [.., var line, ">"] && line[0] == '#' && line.EndsWith(": from nc", StringComparison.Ordinal), "a line without a name");
        }

        await bob.RunAsync("/quit");
        await ann.SeeAsync("\nann-2 has left\n> typed");
        await bob.SeeLastAsync("$");
    }

    [Fact]
    public async Task Lost_connections_neither_lose_nor_double_what_they_say()
    {
        using Server server = await Server.StartAsync();
        using var network = new ChaosProxy(server.Urls[0], new Faults { ResetAfter = 400 }, seed: 1);
        using TmuxScreen ann = await TmuxScreen.OpenAsync();
        using TmuxScreen bob = await TmuxScreen.OpenAsync();
        await ann.ConnectAsync(server.Urls[0], "-N ann");
        await bob.ConnectAsync(network.Url, "-N bob --retry");
        string[] said = [.. Enumerable.Range(1, 12).Select(number => $"bob: line {number} of those that bob says")];
        foreach (string line in said)
        {
            await bob.RunAsync(line[5..]);
            await bob.SeeAsync(line + "\n");
        }

        await ann.SeeAsync(said[^1]);
        await ann.SeeAsync(text => text.Split('\n').Where(line => line.StartsWith("bob: ", StringComparison.Ordinal)).SequenceEqual(said), "each line once");
        await bob.SeeAsync("; reconnecting");
    }
}
