using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Connect;
using Chatctl.Endpoints;

namespace Chatctl.Tests.Connect;

/// <summary>How the tool connects, and the one line that says why it could not.</summary>
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
    public async Task A_name_that_does_not_resolve_is_a_failure_in_one_line()
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
    public async Task A_unix_socket_works_like_any_other_room()
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
    public async Task A_unix_socket_that_does_not_exist_is_a_failure_in_one_line()
    {
        using var tool = ToolProcess.Start("connect", "unix:/nowhere/room.sock");
        EndingTests.AssertFailed("cannot connect to unix:/nowhere/room.sock: no such file or directory", await tool.FinishAsync());
    }

    [Fact]
    public async Task An_attempt_ends_after_the_connect_timeout_if_the_address_does_not_answer()
    {
        using var listener = new CrowdedListener();
        using var tool = ToolProcess.Start("connect", $"{listener.Address}", "-w", "300ms");
        EndingTests.AssertFailed($"cannot connect to tcp://{listener.Address}: timed out", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_time_out_at_one_address_is_named_although_another_refuses()
    {
        // Nobody listens at the same port of [::1].
        using var listener = new CrowdedListener();
        using var tool = ToolProcess.Start("connect", $"localhost:{listener.Address.Port}", "-w", "300ms");
        EndingTests.AssertFailed($"cannot connect to tcp://localhost:{listener.Address.Port}: timed out", await tool.FinishAsync());
    }

    [Fact]
    public async Task The_connect_timeout_does_not_limit_what_comes_after()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-w", "200ms");
        using Peer peer = await server.AcceptAsync();

        // Sending waits much longer than the connect timeout, because the server does not read.
        byte[] much = new byte[20_000_000];
        Task sending = tool.SendAsync(much);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Task<byte[]> received = peer.ReadToEndAsync();
        await sending;
        tool.CloseInput();
        Assert.Equal(much.Length, (await received).Length);
        peer.Finish();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public void The_portable_attempt_connects_and_gives_the_same_reasons()
    {
        using var server = new ScriptedServer();
        Assert.Null(PortableAttempt.TryDial(IPEndPoint.Parse(server.Address), TimeSpan.FromMinutes(2), out Socket? socket));
        socket!.Dispose();
        Assert.Equal(Dialer.Refused, PortableAttempt.TryDial(IPEndPoint.Parse(ScriptedServer.ClosedAddress()), Timeout.InfiniteTimeSpan, out _));
        Assert.Equal(
            "no such file or directory",
            PortableAttempt.TryDial(new UnixDomainSocketEndPoint("/nowhere/room.sock"), Timeout.InfiniteTimeSpan, out _));
        using var listener = new CrowdedListener();
        Assert.Equal(Dialer.TimedOut, PortableAttempt.TryDial(listener.Address, TimeSpan.FromMilliseconds(300), out _));
    }

    [Fact]
    public void A_socket_is_never_connected_to_itself()
    {
        // The system uses the ports of one parity for connections, one after the other. So in time it chooses the port that was asked for.
        int least = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0], CultureInfo.InvariantCulture);
        var nobody = new IPEndPoint(IPAddress.Loopback, least + 2000);
        while (IsTaken(nobody))
        {
            nobody.Port += 2;
        }

        Endpoint endpoint = EndpointSyntax.Parse($"{nobody}");
        for (int attempt = 0; attempt < 40_000; attempt++)
        {
            ConnectionException e = Assert.Throws<ConnectionException>(() => Dialer.Dial(endpoint, Timeout.InfiniteTimeSpan));
            Assert.EndsWith(Dialer.Refused, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_ends_while_it_connects_if_the_reader_of_the_output_goes_away()
    {
        using var listener = new CrowdedListener();
        using var tool = ToolProcess.Shell("\"$CHATCTL\" connect \"$1\" --recv-only | true; exit ${PIPESTATUS[0]}", $"{listener.Address}");
        EndingTests.AssertQuiet(141, "", await tool.FinishAsync());
    }

    private static bool IsTaken(IPEndPoint address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
