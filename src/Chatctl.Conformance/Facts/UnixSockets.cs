using System.Net.Sockets;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>Unix sockets and their files.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public Task It_listens_on_a_Unix_socket_and_removes_its_file_when_it_stops() => OnUnixSocketsAsync(async (relay, endpoint) =>
    {
        await relay.ServeAsync(endpoint);
        Assert.Equal(endpoint.ToString(), relay.Endpoint.ToString());
        using (Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync())
        {
            await speaker.SendAsync("hello\n");
            await listener.HearsAsync("hello\n");
            speaker.HalfClose();
            await speaker.ReadToFinAsync();
        }

        await relay.StopAsync();
        Assert.False(File.Exists($"{endpoint}"), "the socket's file is still there");
    });

    [Fact]
    public Task A_Unix_socket_has_the_permissions_of_the_options() => OnUnixSocketsAsync(async (relay, endpoint) =>
    {
        await relay.ServeAsync(endpoint);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(new ServerOptions { Endpoints = [] }.SocketMode, File.GetUnixFileMode($"{endpoint}"));
        }
    });

    [Fact]
    public Task A_Unix_socket_whose_owner_was_killed_is_replaced() => OnUnixSocketsAsync(async (relay, endpoint) =>
    {
        LeaveStaleFile(endpoint);
        await relay.ServeAsync(endpoint);
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await speaker.SendAsync("hello\n");
        await listener.HearsAsync("hello\n");
    });

    [Fact]
    public Task A_Unix_socket_of_another_server_is_refused_and_left_alone() => OnUnixSocketsAsync(async (relay, endpoint) =>
    {
        using Socket owner = Sockets.Listen(endpoint);
        await AssertRefusedAsync(relay, endpoint);
        Task<Socket> accepting = owner.AcceptAsync();
        using Socket client = Sockets.For(endpoint);
        await client.ConnectAsync(endpoint).Guard();

        // The first connection may come from the refused server, which has checked whether a server listens there.
        using Socket accepted = await accepting.Guard();
    });

    [Fact]
    public Task A_file_in_the_place_of_a_Unix_socket_is_refused_and_left_alone() => OnUnixSocketsAsync(async (relay, endpoint) =>
    {
        await File.WriteAllTextAsync($"{endpoint}", "precious");
        await AssertRefusedAsync(relay, endpoint);
        Assert.Equal("precious", await File.ReadAllTextAsync($"{endpoint}"));
    });

    [Fact]
    public Task A_Unix_socket_in_a_folder_that_does_not_exist_is_refused() => OnUnixSocketsAsync((relay, endpoint) =>
        AssertRefusedAsync(relay, new UnixDomainSocketEndPoint(Path.Combine($"{endpoint}", "deeper"))));

    /// <summary>Runs a fact about Unix sockets. If the transport has none, shows that it refuses them.</summary>
    private async Task OnUnixSocketsAsync(Func<Relay, UnixDomainSocketEndPoint, Task> fact)
    {
        await using Relay relay = OpenRoom();
        UnixDomainSocketEndPoint endpoint = relay.Folder.Socket();
        if (Has(TransportCapabilities.UnixSockets))
        {
            await fact(relay, endpoint);
        }
        else
        {
            await AssertRefusedAsync(relay, endpoint);
            Assert.False(File.Exists($"{endpoint}"), "the socket's file was made although the endpoint was refused");
        }
    }

    /// <summary>Leaves what a killed server leaves: a socket's file without a listener.</summary>
    private static void LeaveStaleFile(UnixDomainSocketEndPoint endpoint)
    {
        // Disposing a socket removes its file, but not if the file was renamed.
        using Socket owner = Sockets.Listen(new UnixDomainSocketEndPoint($"{endpoint}.first"));
        File.Move($"{endpoint}.first", $"{endpoint}");
    }
}
