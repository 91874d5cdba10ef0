using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Transport.Tls;

/// <summary>Which certificates of clients a server takes.</summary>
internal static class ClientCertificates
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>Only certificates of these authorities, for clients. The system's own authorities do not count, and nothing is asked of the network.</summary>
    /// <param name="authorities">The authorities.</param>
    /// <returns>A policy for one check.</returns>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        return policy;
    }

    /// <summary>Whether a certificate is that of an authority: it says so, in its basic constraints.</summary>
    /// <param name="certificate">The certificate.</param>
    public static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    /// <summary>Why a client's certificate is not taken, as a sentence that begins with "it" or "its".</summary>
    /// <param name="certificate">The certificate; null if the client has shown none.</param>
    /// <param name="isOptional">Whether it may have none.</param>
    /// <param name="chain">How it was checked against the policy.</param>
    /// <param name="errors">What the check found.</param>
    /// <returns>Null if it is taken.</returns>
    public static string? Objection(X509Certificate2? certificate, bool isOptional, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return isOptional ? null : "it has shown no certificate";
        }

        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        string name = CertificateName.Of(certificate);
        X509ChainStatusFlags status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        DateTime now = DateTime.Now;
        return certificate.NotAfter < now ? $"its certificate, for {name}, has ended"
            : certificate.NotBefore > now ? $"its certificate, for {name}, is not valid yet"
            : (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 ? $"its certificate, for {name}, is of an authority that this server does not know"
            : status.HasFlag(X509ChainStatusFlags.NotTimeValid) ? $"its certificate, for {name}, is of an authority whose own has ended"
            : status.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? $"its certificate, for {name}, is not one for clients"
            : $"its certificate, for {name}, is not valid: {(status == X509ChainStatusFlags.NoError ? errors : status)}";
    }
}
