using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Conformance.Tests;

/// <summary>Which server gets the path of a Unix socket, and which file is removed at the end.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ListenerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly ServerOptions Options = new() { Endpoints = [], Backlog = 16 };

    private readonly string _folder = Directory.CreateTempSubdirectory("chatctl-").FullName;

    private string RoomPath => Path.Combine(_folder, "room");

    private UnixDomainSocketEndPoint Endpoint => new(RoomPath);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_path_whose_owner_does_not_listen_yet_is_in_use()
    {
        using Socket owner = NewSocket();
        owner.Bind(Endpoint);
        Assert.Equal("address already in use", await RefusalAsync());
        owner.Listen();
        using Socket client = NewSocket();
        await client.ConnectAsync(Endpoint).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_path_whose_owner_does_not_accept_is_in_use()
    {
        using Socket owner = NewSocket();
        owner.Bind(Endpoint);
        owner.Listen(0);
        using Socket waiting = NewSocket();
        waiting.Connect(Endpoint);
        Assert.Equal("address already in use", await RefusalAsync());
    }

    [Fact]
    public async Task A_server_sees_no_client_when_another_server_wants_its_path()
    {
        using Listener owner = Bind();
        Assert.Equal("address already in use", await RefusalAsync());
        Assert.False(owner.Socket.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectRead));
    }

    [Fact]
    public void A_socket_that_no_process_has_open_is_replaced()
    {
        Abandon();
        using Listener heir = Bind();
        using Socket client = NewSocket();
        client.Connect(Endpoint);
    }

    [Fact]
    public async Task A_link_to_a_socket_is_left_alone()
    {
        Abandon();
        string socket = Path.Combine(_folder, "socket");
        File.Move(RoomPath, socket);
        File.CreateSymbolicLink(RoomPath, socket);
        Assert.Equal("a file that is not a socket has this path", await RefusalAsync());
        Assert.True(File.Exists(socket));
    }

    [Fact]
    public void A_path_with_dots_behind_a_link_leads_where_the_system_says()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "other", "deep"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), Path.Combine(_folder, "other", "deep"));
        string there = Path.Combine(_folder, "other", "room");
        Abandon();
        File.Move(RoomPath, there);
        using Listener here = Bind();
        Listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "link", "..", "room")), Options, NullLogger.Instance).Dispose();
        Assert.True(File.Exists(RoomPath));
        Assert.False(File.Exists(there));
    }

    [Fact]
    public void A_socket_file_that_was_touched_is_removed_at_the_end()
    {
        Listener listener = Bind();
        File.SetLastWriteTimeUtc(RoomPath, DateTime.UtcNow.AddHours(1));
        listener.Dispose();
        Assert.False(File.Exists(RoomPath));
    }

    [Fact]
    public void A_socket_file_of_another_server_is_left_alone_at_the_end()
    {
        Listener first = Bind();
        File.Delete(RoomPath);
        using Listener second = Bind();
        File.SetLastWriteTimeUtc(RoomPath, DateTime.UnixEpoch);
        first.Dispose();
        Assert.True(File.Exists(RoomPath));
    }

    [Fact]
    public void A_second_dispose_removes_nothing()
    {
        Listener first = Bind();
        first.Dispose();
        using Listener second = Bind();
        first.Dispose();
        Assert.True(File.Exists(RoomPath));
    }

    [Fact]
    public void The_file_is_removed_when_listening_fails_after_the_bind()
    {
        var path = new UnixPath(Endpoint);
        var failure = new SocketException((int)SocketError.AccessDenied);
        Socket? bound = null;
        Socket Bind(EndPoint endpoint)
        {
            bound = NewSocket();
            bound.Bind(endpoint);
            return bound;
        }

        Assert.Same(failure, Assert.Throws<SocketException>(() => path.Take(Bind, Options.SocketMode, _ => throw failure)));
        Assert.True(bound!.SafeHandle.IsClosed);
        Assert.False(File.Exists(RoomPath));
    }

    [Fact]
    public async Task No_socket_is_replaced_while_another_process_has_locked_the_directory()
    {
        Abandon();
        using (await LockFolderAsync())
        {
            Assert.Equal("a socket that no server uses has this path, and its directory cannot be locked to replace it: remove the socket first", await RefusalAsync());
        }

        Bind().Dispose();
    }

    [Fact]
    public async Task A_free_path_is_taken_and_left_while_another_process_has_locked_the_directory()
    {
        using (await LockFolderAsync())
        {
            Listener listener = await Task.Run(() => Bind()).WaitAsync(Patience);
            Assert.True(File.Exists(RoomPath));
            listener.Dispose();
            Assert.False(File.Exists(RoomPath));
        }
    }

    [Theory]
    [InlineData(0b110_000_000)]
    [InlineData(0b110_110_000)]
    [InlineData(0b110_110_110)]
    [InlineData(0b000_000_000)]
    public void The_socket_has_the_permissions_of_the_options_whatever_the_mask_of_the_process_is(int mode)
    {
        using var listener = Listener.Bind(Endpoint, Options with { SocketMode = (UnixFileMode)mode }, NullLogger.Instance);
        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(RoomPath));
    }

    [Fact]
    public void Only_the_servers_own_user_may_connect_by_default()
    {
        using Listener listener = Bind();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RoomPath));
    }

    [Fact]
    public void The_peer_of_a_Unix_socket_is_known_by_its_user_and_one_over_TCP_is_not()
    {
        using Listener listener = Bind();
        using Socket client = NewSocket();
        client.Connect(Endpoint);
        listener.Socket.Blocking = true;
        using Socket accepted = listener.Socket.Accept();
        Assert.Equal(Environment.UserName, PeerUser.Of(accepted));

        using var tcp = Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0), Options, NullLogger.Instance);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Connect(tcp.Endpoint);
        tcp.Socket.Blocking = true;
        using Socket peer = tcp.Socket.Accept();
        Assert.Null(PeerUser.Of(peer));
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private Listener Bind(ILogger? logger = null) => Listener.Bind(Endpoint, Options, logger ?? NullLogger.Instance);

    private async Task<string> RefusalAsync() => (await Assert.ThrowsAsync<BindException>(() => Task.Run(() => Bind().Dispose()).WaitAsync(Patience))).Reason;

    /// <summary>Leaves a socket file as a killed server does.</summary>
    private void Abandon()
    {
        using Socket killed = NewSocket();
        string aside = Path.Combine(_folder, "aside");
        killed.Bind(new UnixDomainSocketEndPoint(aside));
        File.Move(aside, RoomPath);
    }

    private async Task<FolderLock> LockFolderAsync()
    {
        var folder = new FolderLock(_folder);
        await folder.HeldAsync().WaitAsync(Patience);
        return folder;
    }

    /// <summary>Another process that holds the lock of the folder.</summary>
    private sealed class FolderLock(string folder) : IDisposable
    {
        private readonly Process _process = Process.Start(
            new ProcessStartInfo("flock", [folder, "cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

        /// <summary>Waits until the process has the lock: then it echoes a line.</summary>
        public async Task HeldAsync()
        {
            await _process.StandardInput.WriteLineAsync("held");
            await _process.StandardInput.FlushAsync();
            await _process.StandardOutput.ReadLineAsync();
        }

        public void Dispose()
        {
            _process.StandardInput.Close();
            _process.WaitForExit(Patience);
            _process.Dispose();
        }
    }
}
