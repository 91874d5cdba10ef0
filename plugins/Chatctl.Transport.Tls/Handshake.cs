using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Transport.Tls;

/// <summary>The handshake of one peer, and what it leaves: the TLS over its socket, and what is known about the peer.</summary>
/// <param name="socket">The accepted socket.</param>
/// <param name="address">The peer's address.</param>
internal sealed class Handshake(Socket socket, EndPoint? address)
{
    private const SslProtocols Spoken = SslProtocols.Tls12 | SslProtocols.Tls13;

    private SslProtocols _offered = Spoken;
    private string? _objection;
    private bool _isChecked;

    /// <summary>The peer's socket.</summary>
    public Socket Socket => socket;

    /// <summary>What lies under the TLS.</summary>
    public Wire Wire { get; } = new(socket);

    /// <summary>The TLS. Its last user disposes it.</summary>
    public SslStream Tls { get; private set; } = null!;

    /// <summary>What is known about the peer, after the handshake.</summary>
    public Peer Peer { get; private set; } = new(address);

    /// <summary>Whether the peer's certificate was refused. TLS itself was content, and has no alert for the peer.</summary>
    public bool IsObjectedTo => _objection is not null;

    /// <summary>The peer in the log.</summary>
    public string Client => address?.ToString() ?? "a client of unknown address";

    /// <summary>Does the handshake.</summary>
    /// <param name="credentials">What the server shows and demands.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        Tls = new SslStream(Wire, leaveInnerStreamOpen: true);
        await Tls.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                _offered = hello.SslProtocols;
                return ValueTask.FromResult(Options(credentials));
            },
            state: null,
            cancellationToken).ConfigureAwait(false);
        if (credentials.Authorities is not null && !_isChecked)
        {
            // A connection that goes on with an earlier one of TLS 1.2 may get here without a check.
            _objection = "it has come back to an earlier connection, and its certificate was not checked again";
            throw new AuthenticationException(_objection);
        }

        await Wire.EndHandshakeAsync(holdsRest: Tls.SslProtocol == SslProtocols.Tls13, cancellationToken).ConfigureAwait(false);
        await GiveBackBufferAsync().ConfigureAwait(false);
        Peer = new Peer(
            address,
            Tls.RemoteCertificate is X509Certificate2 certificate ? CertificateName.Of(certificate) : null,
            Dialect: Tls.NegotiatedApplicationProtocol is { Protocol.IsEmpty: false } protocol ? $"{protocol}" : null,
            IsEncrypted: true);
    }

    /// <summary>Why the handshake has failed, as a sentence about the peer that begins with "it".</summary>
    /// <param name="failure">The exception.</param>
    public string Explain(Exception failure) => this switch
    {
        _ when Wire.BeginsWithHandshake == false => "it does not speak TLS",
        _ when _objection is { } objection => objection,
        _ when Wire.Error != SocketError.Success => "it has reset the connection",
        _ when (_offered & Spoken) == 0 => "it speaks neither TLS 1.2 nor TLS 1.3",
        _ when Wire.HasEnded => "it has closed the connection",
        _ => FailureWords.Of(failure),
    };

    /// <summary>
    /// Lets TLS give back the buffer of the handshake, 8 KiB. It does so at the end of a read, and a member that never sends has its first read under
    /// way for as long as it stays. So here is a read that ends at once.
    /// </summary>
    private async Task GiveBackBufferAsync()
    {
        try
        {
            await Tls.ReadAsync(Memory<byte>.Empty, new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nothing has come yet, and nothing was read.
        }
    }

    private SslServerAuthenticationOptions Options(Credentials credentials)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = credentials.Context,
            EnabledSslProtocols = Spoken,
            ApplicationProtocols = [new SslApplicationProtocol("chatctl/1")],
            AllowRenegotiation = false,
        };
        if (credentials.Authorities is { } authorities)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = ClientCertificates.Policy(authorities);
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                _isChecked = true;
                return (_objection = ClientCertificates.Objection(certificate as X509Certificate2, credentials.IsClientCertificateOptional, chain, errors)) is null;
            };

            // A client that comes back with a ticket is not asked for its certificate again. That may have ended, or its authority may have been removed.
            options.AllowTlsResume = OpenSsl.RefusesTickets;
        }

        return options;
    }
}
