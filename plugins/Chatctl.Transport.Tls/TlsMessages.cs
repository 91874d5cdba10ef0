using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Tls;

/// <summary>The log messages of the <c>tls</c> transport. The numbers are stable.</summary>
internal static partial class TlsMessages
{
    /// <summary>A peer did not get through its handshake. At most once a second.</summary>
    [LoggerMessage(401, LogLevel.Warning, "no connection with {Client}: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string client, string reason);

    /// <summary>More handshakes have failed in the second after <see cref="HandshakeFailed"/>.</summary>
    [LoggerMessage(402, LogLevel.Warning, "no connection with {Count} more, the last of them {Client}: {Reason}")]
    public static partial void HandshakesFailed(ILogger logger, long count, string client, string reason);

    /// <summary>A peer got through its handshake.</summary>
    [LoggerMessage(403, LogLevel.Debug, "{Client} speaks {Protocol} with {Cipher}; it asked for the name {ServerName} and the protocol {Dialect}")]
    public static partial void HandshakeDone(ILogger logger, string client, string protocol, string cipher, string serverName, string dialect);

    /// <summary>The server has its certificate, or a new one.</summary>
    [LoggerMessage(404, LogLevel.Information, "the certificate in {Path} is for {Subject}, until {End}")]
    public static partial void CertificateLoaded(ILogger logger, string path, string subject, string end);

    /// <summary>The server has the authorities of clients' certificates, or new ones.</summary>
    [LoggerMessage(407, LogLevel.Information, "the authorities of clients in {Path}: {Authorities}")]
    public static partial void AuthoritiesLoaded(ILogger logger, string path, string authorities);

    /// <summary>A file has changed and cannot be used.</summary>
    [LoggerMessage(405, LogLevel.Error, "{Path} cannot be used, and the certificate stays as it was: {Reason}")]
    public static partial void CertificateRefused(ILogger logger, string path, string reason);

    /// <summary>The certificate ends soon, or has ended. When it is loaded, and once a day.</summary>
    [LoggerMessage(406, LogLevel.Warning, "the certificate for {Subject} {Ends} {End}; clients that check it refuse this server after that")]
    public static partial void CertificateEnds(ILogger logger, string subject, string ends, string end);
}
