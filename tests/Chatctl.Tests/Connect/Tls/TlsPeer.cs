using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Chatctl.Tests.Connect.Tls;

/// <summary>A server's end of a connection with TLS. It does exactly what the test says.</summary>
internal sealed class TlsPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly NotedStream _raw;
    private readonly SslStream _tls;

    private TlsPeer(Socket socket)
    {
        _socket = socket;
        _raw = new NotedStream(socket);
        _tls = new SslStream(_raw, leaveInnerStreamOpen: true);
    }

    /// <summary>What the client has offered, or nothing.</summary>
    public string Protocol => _tls.NegotiatedApplicationProtocol.ToString();

    /// <summary>The version that was agreed on.</summary>
    public SslProtocols Version => _tls.SslProtocol;

    /// <summary>Whether the client's end that was read was a bare FIN.</summary>
    public bool IsCut => _raw.IsEnded;

    /// <summary>Accepts a connection and shakes hands.</summary>
    /// <param name="server">Where.</param>
    /// <param name="certificate">What the client is shown.</param>
    /// <param name="change">Changes how.</param>
    public static async Task<TlsPeer> AcceptAsync(TcpListener server, X509Certificate2 certificate, Action<SslServerAuthenticationOptions>? change = null)
    {
        var peer = new TlsPeer(await server.AcceptSocketAsync().Guard());
        var options = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        change?.Invoke(options);
        try
        {
            await peer._tls.AuthenticateAsServerAsync(options).Guard();
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _tls.WriteAsync(bytes).AsTask().Guard();

    /// <summary>Sends bytes below TLS.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await _socket.SendAsync(bytes).AsTask().Guard();

    /// <summary>Reads to the client's close_notify.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        await _tls.CopyToAsync(all).Guard();
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>Reads one line, without its LF.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (await _tls.ReadAsync(one).AsTask().Guard() == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    /// <summary>Sends close_notify, and keeps the TCP connection.</summary>
    public Task FinishAsync() => _tls.ShutdownAsync().Guard();

    /// <summary>Sends a FIN without a close_notify before it.</summary>
    public void Cut() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose()
    {
        _tls.Dispose();
        _socket.Dispose();
    }

    /// <summary>Notes the end of the stream itself, which TLS does not tell.</summary>
    private sealed class NotedStream(Socket socket) : NetworkStream(socket)
    {
        public bool IsEnded { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            IsEnded |= count == 0 && buffer.Length > 0;
            return count;
        }
    }
}
