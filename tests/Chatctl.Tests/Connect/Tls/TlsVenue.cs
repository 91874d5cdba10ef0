using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Tests.Connect.Tls;

/// <summary>A listener with a certificate for this machine, and clients that trust it.</summary>
internal sealed class TlsVenue : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;

    public TlsVenue()
    {
        _certificate = Certificates.Server("localhost", "127.0.0.1");
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public TestCertificates Certificates { get; } = new();

    /// <summary>The listener's port.</summary>
    public int Port { get; }

    /// <summary>The endpoint that the certificate is for.</summary>
    public string Endpoint => $"tls://127.0.0.1:{Port}";

    /// <summary>Starts a client that trusts the server.</summary>
    public ToolProcess Connect(params string[] options) => ToolProcess.Start(["connect", Endpoint, .. Certificates.Trust, .. options]);

    /// <summary>Accepts a connection and shakes hands.</summary>
    public Task<TlsPeer> AcceptAsync(Action<SslServerAuthenticationOptions>? change = null) => TlsPeer.AcceptAsync(_listener, _certificate, change);

    /// <summary>Accepts a connection and shakes hands with another certificate. The client may end it.</summary>
    public async Task AcceptAsync(X509Certificate2 certificate)
    {
        try
        {
            using TlsPeer peer = await TlsPeer.AcceptAsync(_listener, certificate);
            await peer.ReadToEndAsync();
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // That is how it looks here when the client does not trust this server.
        }
    }

    /// <summary>Accepts a connection, and leaves it without TLS.</summary>
    public async Task<Peer> AcceptPlainAsync() => new(await _listener.AcceptSocketAsync().Guard());

    /// <summary>Stops listening, so that another program can listen at the port.</summary>
    public void Close() => _listener.Stop();

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
        Certificates.Dispose();
    }
}
