using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Tls;

/// <summary>A server whose peers speak TLS. A peer joins the room when its handshake is done.</summary>
#pragma warning disable CA1001 // They are disposed in Serve and EndReceiving, which a server always comes to.
internal sealed class TlsServer : FlushingServer
#pragma warning restore CA1001
{
    private readonly TimeProvider _time;
    private readonly Handshakes _handshakes;
    private readonly Records _records = new();
    private Certificates? _certificates;

    public TlsServer(IRoom room, ServerOptions options, ILogger logger, TimeProvider time)
        : base(room, options, logger, time)
    {
        _time = time;
        _handshakes = new Handshakes(() => _certificates!.Current, logger, time);
    }

    /// <inheritdoc/>
    public override void Reload() => _certificates?.Reload();

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (Options.Endpoints.FirstOrDefault(endpoint => endpoint is UnixDomainSocketEndPoint) is { } unix)
        {
            throw new BindException(unix, "TLS is for TCP endpoints");
        }

        TlsFiles files = Options.Tls ?? throw new InvalidOperationException("a server with TLS needs the files of ServerOptions.Tls");
        _certificates = new Certificates(files, Logger, _time);
        _ = OpenSsl.RefusesTickets; // The first use sets OpenSSL up, before it makes a context.
    }

    /// <inheritdoc/>
    protected override void Serve(Listeners listeners)
    {
        using IDisposable watch = _certificates!.Watch();
        base.Serve(listeners);
    }

    /// <inheritdoc/>
    protected override Connection? Receive(Socket socket, Reception reception, out TimeSpan wait)
    {
        if (reception.HasRoomFor(socket, out wait))
        {
            _handshakes.Begin(socket, reception, handshake => Join(handshake, reception));
        }

        return null;
    }

    /// <inheritdoc/>
    protected override void EndReceiving() => _handshakes.Dispose();

    private void Join(Handshake handshake, Reception reception)
    {
        if (reception.Admit(handshake.Socket, handshake.Peer, (_, member) => Open(handshake, member)) is { } connection)
        {
            Adopt(connection);
        }
        else
        {
            handshake.Tls.Dispose();
        }
    }

    private TlsConnection Open(Handshake handshake, IMember member)
    {
        var connection = new TlsConnection(handshake, member, Options, Logger, Wake, _records);
        connection.Start();
        return connection;
    }
}
