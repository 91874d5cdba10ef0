using System.Text.RegularExpressions;

namespace Chatctl.Tests.Serve;

/// <summary>The addresses that a server prints when it is ready.</summary>
public sealed class AnnouncementTests
{
    [Fact]
    public async Task A_bare_port_is_this_machine_at_both_addresses_and_one_port()
    {
        using Server server = await Server.StartAsync(2, Server.Run("0"));
        string port = Regex.Match(server.Urls[0], "^tcp://127\\.0\\.0\\.1:([1-9][0-9]*)$").Groups[1].Value;
        Assert.NotEqual("", port);
        Assert.Equal($"tcp://[::1]:{port}", server.Urls[1]);
        using Peer four = await server.JoinAsync(server.Urls[0]);
        using Peer six = await server.JoinAsync(server.Urls[1]);
        await four.SendAsync("x\n");
        Assert.Equal("x\n", await six.ReadAsync(2));
    }

    [Theory]
    [InlineData("[::]:0")]
    [InlineData("[::]:0", "0.0.0.0:0")]
    public async Task Every_address_of_IPv6_is_every_address_of_the_machine_and_one_port(params string[] endpoints)
    {
        using Server server = await Server.StartAsync(2, Server.Run(endpoints));
        string port = Regex.Match(server.Urls[0], "^tcp://\\[::\\]:([1-9][0-9]*)$").Groups[1].Value;
        Assert.NotEqual("", port);
        Assert.Equal($"tcp://0.0.0.0:{port}", server.Urls[1]);
        using Peer four = await server.JoinAsync($"127.0.0.1:{port}");
        using Peer six = await server.JoinAsync($"[::1]:{port}");
        await four.SendAsync("x\n");
        Assert.Equal("x\n", await six.ReadAsync(2));
        four.Finish();
        six.Finish();
        Assert.Equal("", (await server.StopAsync()).Text);
    }

    [Fact]
    public async Task Several_endpoints_are_doors_to_one_room()
    {
        using var folder = new TemporaryFolder();
        using Server server = await Server.StartAsync("[::1]:0", $"unix:{folder["room"]}", "127.0.0.1:0");
        Assert.Collection(
            server.Urls,
            url => Assert.StartsWith("tcp://127.0.0.1:", url, StringComparison.Ordinal),
            url => Assert.StartsWith("tcp://[::1]:", url, StringComparison.Ordinal),
            url => Assert.Equal($"unix:{folder["room"]}", url),
            url => Assert.StartsWith("tcp://127.0.0.1:", url, StringComparison.Ordinal));
        Assert.NotEqual(server.Urls[0], server.Urls[3]);
        var members = new List<Peer>();
        foreach (string url in server.Urls)
        {
            members.Add(await server.JoinAsync(url));
        }

        foreach (Peer sender in members)
        {
            await sender.SendAsync("x\n");
            foreach (Peer receiver in members.Where(member => member != sender))
            {
                Assert.Equal("x\n", await receiver.ReadAsync(2));
            }
        }

        members.ForEach(member => member.Dispose());
    }

    [Fact]
    public async Task The_endpoints_are_printed_in_the_order_of_the_command_line_whatever_their_transports()
    {
        using var folder = new TemporaryFolder();
        using Server server = await Server.StartAsync(
            5, Server.Run($"select+unix:{folder["a"]}", "async+tcp://localhost:0", $"unix:{folder["b"]}", $"async+unix:{folder["c"]}"));
        Assert.Collection(
            server.Urls,
            url => Assert.Equal($"unix:{folder["a"]}", url),
            url => Assert.StartsWith("tcp://127.0.0.1:", url, StringComparison.Ordinal),
            url => Assert.StartsWith("tcp://[::1]:", url, StringComparison.Ordinal),
            url => Assert.Equal($"unix:{folder["b"]}", url),
            url => Assert.Equal($"unix:{folder["c"]}", url));
    }

    [Fact]
    public async Task Nothing_but_the_endpoints_is_on_standard_output()
    {
        using Server server = await Server.StartAsync();
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync("x\n");
        await receiver.ReadAsync(2);
        sender.Finish();
        receiver.Finish();
        ToolResult result = await server.StopAsync();
        Assert.Equal("", result.Text);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Options_come_from_the_environment_and_a_flag_wins()
    {
        var environment = new Dictionary<string, string> { ["CHATCTL_ECHO"] = "1", ["CHATCTL_FRAMING"] = "nul", ["CHATCTL_VERBOSE"] = "yes" };
        using Server server = await Server.StartAsync(1, ToolProcess.Start(environment, "serve", "127.0.0.1:0", "--framing", "line"));
        using Peer sender = await server.JoinAsync();
        await sender.SendAsync("a\0b\n");
        Assert.Equal("a\0b\n", await sender.ReadAsync(4));
    }

    [Fact]
    public async Task An_empty_variable_counts_as_none()
    {
        var environment = new Dictionary<string, string> { ["CHATCTL_TRANSPORT"] = "", ["CHATCTL_PLUGINS"] = "", ["CHATCTL_ECHO"] = "" };
        using Server server = await Server.StartAsync(1, ToolProcess.Start(environment, "serve", "127.0.0.1:0"));
        Assert.StartsWith("tcp://127.0.0.1:", server.Urls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_flag_the_environment_takes_effect()
    {
        var environment = new Dictionary<string, string> { ["CHATCTL_ECHO"] = "on", ["CHATCTL_FRAMING"] = "NUL", ["CHATCTL_VERBOSE"] = "true" };
        using Server server = await Server.StartAsync(1, ToolProcess.Start(environment, "serve", "127.0.0.1:0"));
        using Peer sender = await server.JoinAsync();
        await sender.SendAsync("a\nb\0");
        Assert.Equal("a\nb\0", await sender.ReadAsync(4));
    }
}
