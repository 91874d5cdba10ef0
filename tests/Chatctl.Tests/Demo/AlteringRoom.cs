using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatctl.Demo;
using Chatctl.Hosting;

namespace Chatctl.Tests.Demo;

/// <summary>Changes a line on its way.</summary>
/// <param name="connection">The number of the connection, from 0 in the order in which they were made.</param>
/// <param name="line">The line, without its end.</param>
/// <returns>The lines that go on in its place.</returns>
internal delegate string[] Alteration(int connection, string line);

/// <summary>A room with sessions. What its members say, and what they are told, changes on the way as the test says.</summary>
internal sealed class AlteringRoom : IDemoRoom, IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly DemoRoom _room;
    private readonly Alteration _said;
    private readonly Alteration _told;

    private AlteringRoom(DemoRoom room, Alteration said, Alteration told)
    {
        (_room, _said, _told) = (room, said, told);
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        Start(AcceptAll);
    }

    public IPEndPoint Address { get; }

    public int MemberCount => _room.MemberCount;

    public bool HasSessions => true;

    /// <summary>Opens a room.</summary>
    /// <param name="said">What becomes of the lines that members send; nothing if null.</param>
    /// <param name="told">What becomes of the lines that members get; nothing if null.</param>
    public static async Task<AlteringRoom> OpenAsync(Alteration? said = null, Alteration? told = null)
    {
        var plugins = new PluginCatalog([Path.Combine(Path.GetDirectoryName(ToolProcess.Built)!, "plugins")]);
        Alteration same = (_, line) => [line];
        return new AlteringRoom(await DemoRoom.OpenAsync(TransportPlugin.Load(plugins.Find(PluginKind.Transport, "select"))), said ?? same, told ?? same);
    }

    public void Close() => _room.Close();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _room.DisposeAsync();
    }

    private static void Start(Action work) => new Thread(() => work()) { IsBackground = true }.Start();

    private static void Pass(Socket from, Socket to, Func<string, string[]> alter)
    {
        try
        {
            using var lines = new StreamReader(new NetworkStream(from), Encoding.UTF8);
            while (lines.ReadLine() is { } line)
            {
                to.Send(Encoding.UTF8.GetBytes(string.Concat(alter(line).Select(one => $"{one}\n"))));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // One side was lost. So the other side is lost too.
            from.Close(0);
            to.Close(0);
        }
    }

    private void AcceptAll()
    {
        try
        {
            for (int number = 0; ; number++)
            {
                int connection = number;
                Socket member = _listener.AcceptSocket();
                var room = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                room.Connect(_room.Address);
                Start(() => Pass(member, room, line => _said(connection, line)));
                Start(() => Pass(room, member, line => _told(connection, line)));
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
