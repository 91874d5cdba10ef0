using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.SslStreamFloor;

/// <summary>Where bytes are written to.</summary>
internal enum Sink
{
    /// <summary>A socket, without TLS.</summary>
    Socket,

    /// <summary>An SslStream whose records are forgotten.</summary>
    Tls,

    /// <summary>An SslStream over a socket.</summary>
    TlsOverSocket,
}

/// <summary>A connection, and a thread at its other end that reads and forgets.</summary>
internal sealed class Pair : IDisposable
{
    private readonly Stream _reader;
    private readonly Thread _reading;

    private Pair(string name, Stream writer, Stream reader)
    {
        Name = name;
        Writer = writer;
        _reader = reader;
        _reading = new Thread(Read);
        _reading.Start();
    }

    /// <summary>What bytes are written to, in words.</summary>
    public string Name { get; }

    /// <summary>Takes the bytes.</summary>
    public Stream Writer { get; }

    /// <summary>Connects.</summary>
    /// <param name="sink">Where bytes are written to.</param>
    /// <param name="certificate">The writer's, with its key.</param>
    public static Pair Open(Sink sink, X509Certificate2 certificate)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient { NoDelay = true };
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        TcpClient server = listener.AcceptTcpClient();
        server.NoDelay = true;
        if (sink == Sink.Socket)
        {
            return new Pair("a socket", server.GetStream(), client.GetStream());
        }

        var under = new Switch(server.GetStream());
        var writer = new SslStream(under);
        var reader = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => certificate.Equals(shown));
        Task.WaitAll(
            writer.AuthenticateAsServerAsync(certificate, clientCertificateRequired: false, SslProtocols.Tls13, checkCertificateRevocation: false),
            reader.AuthenticateAsClientAsync("localhost", null, SslProtocols.Tls13, checkCertificateRevocation: false));
        under.IsOn = sink == Sink.TlsOverSocket;
        return new Pair($"SslStream{(under.IsOn ? " over a socket" : "")}, {writer.NegotiatedCipherSuite}", writer, reader);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Writer.Dispose();
        _reading.Join();
        _reader.Dispose();
    }

    private void Read()
    {
        ThreadClock.Pin(1);
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (_reader.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // The writer has closed its socket, without close_notify.
        }
    }
}
