namespace Chatctl.Certificates;

/// <summary>What <c>chatctl cert</c> is asked for.</summary>
internal enum CertificateKind
{
    /// <summary>An authority, which signs the other two.</summary>
    Ca,

    /// <summary>A server's certificate.</summary>
    Server,

    /// <summary>A client's certificate.</summary>
    Client,

    /// <summary>The pin of a certificate that exists.</summary>
    Pin,
}
