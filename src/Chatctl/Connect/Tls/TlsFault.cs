using System.Security.Cryptography;

namespace Chatctl.Connect.Tls;

/// <summary>Puts into words why a peer refuses TLS with this client, or what it did wrong.</summary>
/// <param name="options">What this client takes, and shows.</param>
/// <param name="host">What the user calls the peer.</param>
internal sealed class TlsFault(TlsOptions options, string host)
{
    /// <summary>How the peer's name goes on if it does not speak TLS.</summary>
    public const string NoTls = "does not speak TLS";

    // OpenSSL numbers the alerts of the peer from here, and its own reasons below.
    private const int FirstAlert = 1000, UnsupportedProtocol = 258;

    /// <summary>Whether the peer has asked for a certificate of this client.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Why a handshake failed.</summary>
    /// <param name="failure">What the stream threw.</param>
    /// <returns>What follows the peer's name in a sentence, and whether it would come again.</returns>
    public (string Text, bool IsHopeless) OfHandshake(Exception failure) => ReasonOf(failure) switch
    {
        UnsupportedProtocol => OfAlert(TlsAlert.ProtocolVersion, failure),
        >= FirstAlert and var reason => OfAlert((TlsAlert)(reason - FirstAlert), failure),
        _ => ($"fails in the TLS handshake: {Innermost(failure).Message}", false),
    };

    /// <summary>Why a connection ended after its handshake. With TLS 1.3 the peer judges this client's certificate only then.</summary>
    /// <inheritdoc cref="OfHandshake"/>
    public (string Text, bool IsHopeless) OfReceiving(Exception failure) => ReasonOf(failure) is >= FirstAlert and var reason
        ? OfAlert((TlsAlert)(reason - FirstAlert), failure)
        : ($"sent something that cannot be decrypted: {Innermost(failure).Message}", false);

    /// <summary>
    /// Why the peer may have broken off the connection before it has said anything. A server can refuse a certificate without an alert.
    /// </summary>
    /// <returns>Null if certificates have nothing to do with it. A server that asks for a certificate and gets none is taken at its word.</returns>
    public (string? Text, bool IsHopeless) OfBreakingOff() =>
        options.Certificate is not null ? ("broke off the connection before it said anything; perhaps it does not accept this client's certificate (--cert)", false)
        : IsAsked ? ("broke off the connection; it had asked for a certificate of this client (--cert FILE, --key FILE)", true)
        : (null, false);

    private (string Text, bool IsHopeless) OfAlert(TlsAlert alert, Exception failure)
    {
        bool hasCertificate = options.Certificate is not null;
        return alert switch
        {
            TlsAlert.CertificateRequired or TlsAlert.HandshakeFailure or TlsAlert.BadCertificate or TlsAlert.AccessDenied when IsAsked && !hasCertificate =>
                ("wants a certificate of this client (--cert FILE, --key FILE)", true),
            TlsAlert.UnknownAuthority when hasCertificate => ("does not know the authority of this client's certificate (--cert)", true),
            TlsAlert.CertificateExpired when hasCertificate => ("says that this client's certificate (--cert) has expired", true),
            TlsAlert.CertificateRevoked when hasCertificate => ("says that this client's certificate (--cert) was revoked", true),
            TlsAlert.BadCertificate or TlsAlert.UnsupportedCertificate or TlsAlert.CertificateUnknown or TlsAlert.CertificateRequired or TlsAlert.AccessDenied when hasCertificate =>
                ("does not accept this client's certificate (--cert)", true),
            TlsAlert.ProtocolVersion => (options.TakesTls12
                ? "speaks neither TLS 1.3 nor TLS 1.2"
                : "does not speak TLS 1.3 (--min-tls 1.2 accepts the version before it)", true),
            TlsAlert.HandshakeFailure or TlsAlert.InsufficientSecurity => ("has no cipher in common with this client", true),
            TlsAlert.UnrecognizedName => ($"does not serve the name {host}", true),
            TlsAlert.NoApplicationProtocol => ("speaks another protocol inside TLS (ALPN)", true),
            _ => ($"ended TLS with an alert: {Innermost(failure).Message}", false),
        };
    }

    /// <summary>The reason that OpenSSL gives; 0 if there is none, or on another system.</summary>
    private static int ReasonOf(Exception failure)
    {
        Exception innermost = Innermost(failure);

        // OpenSSL's error codes have the reason in their lowest bits.
        return innermost is CryptographicException ? innermost.HResult & 0xFFF : 0;
    }

    private static Exception Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure;
    }
}
