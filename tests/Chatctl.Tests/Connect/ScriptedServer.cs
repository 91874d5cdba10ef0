using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatctl.Tests.Connect;

/// <summary>A listener that does exactly what the test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _listener;

    public ScriptedServer(EndPoint? endpoint = null)
    {
        EndPoint local = endpoint ?? new IPEndPoint(IPAddress.Loopback, 0);
        _listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(local);
        _listener.Listen();
        Address = _listener.LocalEndPoint is IPEndPoint ip ? ip.ToString() : $"unix:{local}";
    }

    /// <summary>What to give to the tool.</summary>
    public string Address { get; }

    /// <summary>An address of this machine at which nobody listens.</summary>
    public static string ClosedAddress()
    {
        using var server = new ScriptedServer();
        return server.Address;
    }

    public async Task<Peer> AcceptAsync() => new(await _listener.AcceptAsync().Guard());

    public void Dispose() => _listener.Dispose();
}

/// <summary>The server's side of one connection.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes).AsTask().Guard()..];
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads to the client's FIN.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer).Guard()) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public async Task<string> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        using var stream = new NetworkStream(socket);
        await stream.ReadExactlyAsync(bytes).AsTask().Guard();
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Whether the client neither sends nor ends anything for a moment.</summary>
    public bool IsSilent() => !socket.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectRead);

    /// <summary>Sends a FIN and keeps the other direction.</summary>
    public void Finish() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Waits until the client's system has acknowledged the FIN, whether the client has looked or not.</summary>
    public async Task AwaitFinishTakenAsync()
    {
        const int IpProtoTcp = 6, TcpInfo = 11, FinWait2 = 5;
        byte[] info = new byte[1];
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        while (socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info) == 0 || info[0] != FinWait2)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
