namespace Chatctl.Connect.Tls;

/// <summary>The alerts that have words of their own here, with their numbers (RFC 8446, section 6).</summary>
internal enum TlsAlert
{
    HandshakeFailure = 40,
    BadCertificate = 42,
    UnsupportedCertificate = 43,
    CertificateRevoked = 44,
    CertificateExpired = 45,
    CertificateUnknown = 46,
    UnknownAuthority = 48,
    AccessDenied = 49,
    ProtocolVersion = 70,
    InsufficientSecurity = 71,
    UnrecognizedName = 112,
    CertificateRequired = 116,
    NoApplicationProtocol = 120,
}
