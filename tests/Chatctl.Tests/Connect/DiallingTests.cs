using System.Net;
using System.Net.Sockets;

namespace Chatctl.Tests.Connect;

/// <summary>From the arguments to a connection, or to one line that says why there is none.</summary>
public sealed class DiallingTests
{
    [Fact]
    public async Task A_closed_port_is_refused_in_one_line()
    {
        string address = ScriptedServer.ClosedAddress();
        using var tool = ToolProcess.Start("connect", address);
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertFailed($"cannot connect to tcp://{address}: connection refused", result);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_told_in_one_line()
    {
        using var tool = ToolProcess.Start("connect", "no-such-host.invalid", "9000");
        EndingTests.AssertFailed("cannot resolve 'no-such-host.invalid'", await tool.FinishAsync());
    }

    [Fact]
    public async Task Localhost_is_tried_at_both_addresses()
    {
        using var server = new ScriptedServer(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        string port = server.Address[(server.Address.LastIndexOf(':') + 1)..];
        using var tool = ToolProcess.Start("connect", port, "-v");
        using Peer peer = await server.AcceptAsync();
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        EndingTests.AssertOneLine($"connected to tcp://[::1]:{port}", result.Error);
    }

    [Fact]
    public async Task A_host_and_a_port_may_be_two_arguments_with_options_between_and_after()
    {
        using var server = new ScriptedServer();
        string port = server.Address.Split(':')[1];
        using var tool = ToolProcess.Start("connect", "127.0.0.1", "--recv-only", port, "--drain-timeout=1s");
        using Peer peer = await server.AcceptAsync();
        peer.Finish();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_unix_socket_is_a_room_like_any_other()
    {
        string path = Path.Combine(Path.GetTempPath(), $"chatctl-{Guid.NewGuid():N}.sock");
        try
        {
            using var server = new ScriptedServer(new UnixDomainSocketEndPoint(path));
            using var tool = ToolProcess.Start("connect", $"unix:{path}");
            using Peer peer = await server.AcceptAsync();
            await tool.SendAsync("x\n");
            tool.CloseInput();
            Assert.Equal("x\n"u8.ToArray(), await peer.ReadToEndAsync());
            await peer.SendAsync("y\n");
            peer.Finish();
            EndingTests.AssertQuiet(0, "y\n", await tool.FinishAsync());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_unix_socket_that_is_not_there_is_told_in_one_line()
    {
        using var tool = ToolProcess.Start("connect", "unix:/nowhere/room.sock");
        EndingTests.AssertFailed("cannot connect to unix:/nowhere/room.sock: no such file or directory", await tool.FinishAsync());
    }

    [Fact]
    public async Task An_address_that_does_not_answer_is_given_up_when_the_connect_timeout_says()
    {
        // A listener whose queue is full lets the next ones wait.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndPoint!).Guard();
        using var tool = ToolProcess.Start("connect", $"{listener.LocalEndPoint}", "-w", "300ms");
        EndingTests.AssertFailed($"cannot connect to tcp://{listener.LocalEndPoint}: timed out", await tool.FinishAsync());
    }
}
