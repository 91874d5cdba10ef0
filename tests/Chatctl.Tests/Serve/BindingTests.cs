using System.Net;
using System.Net.Sockets;

namespace Chatctl.Tests.Serve;

/// <summary>Which server has an address, which can take it, and what stays there after the server.</summary>
public sealed class BindingTests
{
    [Fact]
    public async Task A_unix_socket_is_removed_at_the_end()
    {
        using var folder = new TemporaryFolder();
        using Server server = await Server.StartAsync($"unix:{folder["room"]}");
        Assert.True(File.Exists(folder["room"]));
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
        Assert.False(File.Exists(folder["room"]));
    }

    [Fact]
    public async Task A_unix_socket_that_a_killed_server_has_left_is_replaced()
    {
        using var folder = new TemporaryFolder();
        string url = $"unix:{folder["room"]}";
        using Server killed = await Server.StartAsync(1, Server.Run(url));
        killed.Process.Signal("KILL");
        Assert.Equal(137, (await killed.Process.FinishAsync()).ExitCode);
        Assert.True(File.Exists(folder["room"]));

        using Server server = await Server.StartAsync(1, Server.Run(url));
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync("x\n");
        Assert.Equal("x\n", await receiver.ReadAsync(2));
    }

    [Fact]
    public async Task A_unix_socket_that_another_server_uses_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        string url = $"unix:{folder["room"]}";
        using Server server = await Server.StartAsync(1, Server.Run(url));
        using var second = ToolProcess.Start("serve", url);
        Connect.EndingTests.AssertFailed($"cannot listen on {folder["room"]}: address already in use", await second.FinishAsync());

        // The second did not join the first to find out.
        using Peer peer = await Peer.ConnectAsync(url);
        Assert.Equal("chatctl: member #1 joined", await server.Process.ErrorLineAsync("joined"));
    }

    [Fact]
    public async Task In_a_folder_that_cannot_be_read_a_free_path_is_taken_and_left()
    {
        using var folder = new TemporaryFolder();
        folder.Restrict(UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using Server server = await Server.StartAsync(1, ToolProcess.Unprivileged("serve", $"unix:{folder["room"]}"));
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
        Assert.False(File.Exists(folder["room"]));
    }

    [Fact]
    public async Task In_a_folder_that_cannot_be_read_the_socket_that_a_killed_server_has_left_stays()
    {
        using var folder = new TemporaryFolder();
        folder.Restrict(UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using Server killed = await Server.StartAsync(1, ToolProcess.Unprivileged("serve", $"unix:{folder["room"]}"));
        killed.Process.Signal("KILL");
        await killed.Process.FinishAsync();
        using var tool = ToolProcess.Unprivileged("serve", $"unix:{folder["room"]}");
        Connect.EndingTests.AssertFailed(
            $"cannot listen on {folder["room"]}: a socket that no server uses has this path, and its directory cannot be locked to replace it: remove the socket first",
            await tool.FinishAsync());
        Assert.True(File.Exists(folder["room"]));
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_unix_socket_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["room"], "precious");
        using var tool = ToolProcess.Start("serve", $"unix:{folder["room"]}");
        Connect.EndingTests.AssertFailed($"cannot listen on {folder["room"]}: a file that is not a socket has this path", await tool.FinishAsync());
        Assert.Equal("precious", await File.ReadAllTextAsync(folder["room"]));
    }

    [Fact]
    public async Task A_failure_at_one_endpoint_leaves_nothing_of_the_others()
    {
        using var folder = new TemporaryFolder();
        using var taken = new Connect.ScriptedServer();
        using var tool = ToolProcess.Start("serve", $"unix:{folder["room"]}", taken.Address);
        Connect.EndingTests.AssertFailed($"cannot listen on {taken.Address}: address already in use", await tool.FinishAsync());
        Assert.False(File.Exists(folder["room"]));
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task The_port_of_a_killed_server_can_be_used_again_at_once(string transport)
    {
        using Server killed = await Server.StartAsync("-t", transport);

        // One stays connected and one closes after the server, which keeps the port busy in either way after the server's death.
        using Peer mourner = await killed.JoinAsync();
        using Peer heir = await killed.JoinAsync();
        killed.Process.Signal("KILL");
        await killed.Process.FinishAsync();
        Assert.Empty(await heir.ReadToEndAsync());
        heir.Dispose();

        using Server server = await Server.StartAsync(1, Server.Run("-t", transport, killed.Urls[0]));
        Assert.Equal(killed.Urls, server.Urls);
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync("x\n");
        Assert.Equal("x\n", await receiver.ReadAsync(2));
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:{0}")]
    [InlineData("{0}")]
    public async Task A_port_that_is_in_use_gets_one_line(string form)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var tool = ToolProcess.Start("serve", string.Format(System.Globalization.CultureInfo.InvariantCulture, form, port));
        Connect.EndingTests.AssertFailed($"cannot listen on 127.0.0.1:{port}: address already in use", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("cannot listen on 192.0.2.1:0: not an address of this machine", "192.0.2.1:0")]
    [InlineData("cannot listen on [fe80::1%1]:0: not an address of this machine", "[fe80::1%1]:0")]
    [InlineData("cannot resolve 'fe80::1%no-such': this machine has no interface 'no-such'", "[fe80::1%no-such]:0")]
    [InlineData("cannot listen on /nowhere/at/all: no such directory", "unix:/nowhere/at/all")]
    [InlineData("cannot resolve 'no-such-host.invalid': ", "no-such-host.invalid:0")]
    public async Task An_address_that_cannot_be_used_gets_one_line(string message, string endpoint)
    {
        using var tool = ToolProcess.Start("serve", endpoint);
        Connect.EndingTests.AssertFailed(message, await tool.FinishAsync());
    }

    [Fact]
    public async Task An_address_without_permission_gets_one_line()
    {
        using var folder = new TemporaryFolder();
        folder.Restrict(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var tool = ToolProcess.Unprivileged("serve", $"unix:{folder["room"]}");
        Connect.EndingTests.AssertFailed($"cannot listen on {folder["room"]}: permission denied", await tool.FinishAsync());
    }
}
