using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Certificates;

namespace Chatctl.Connect.Tls;

/// <summary>Decides in one handshake whether the server is the one that the user means, and says why not.</summary>
/// <param name="host">What the user calls it.</param>
/// <param name="options">Whom to trust.</param>
internal sealed class ServerCheck(string host, TlsOptions options)
{
    private const int MostNames = 5;

    /// <summary>Why the server is not the one, as what follows its name in a sentence; null if it is, or was not asked.</summary>
    public string? Objection { get; private set; }

    /// <summary>How its chain of certificates is checked. Nothing is fetched from the network for it.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (options.Roots is { } roots)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    /// <summary>Decides.</summary>
    /// <param name="certificate">What the server shows.</param>
    /// <param name="chain">The chain that was found for it.</param>
    /// <param name="errors">What is wrong with the two.</param>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Objection = certificate is not X509Certificate2 shown ? "shows no certificate"
            : options.IsInsecure ? null
            : options.Pins.Count > 0 ? (options.Pins.Contains(Pin.Of(shown)) ? null : $"has another key than the one of --pin: {Pin.Of(shown)}")
            : ObjectionTo(shown, chain, errors);
        return Objection is null;
    }

    private string? ObjectionTo(X509Certificate2 shown, X509Chain? chain, SslPolicyErrors errors)
    {
        List<string> faults = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            faults.AddRange(FaultsOf(chain!));
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            faults.Add(NamesOf(shown) is { } names ? $"its certificate is for {names}, not for {host}"
                : $"its certificate is not for {host}: it has no subject alternative name, and a common name does not count");
        }

        return faults.Count == 0 ? null : $"is not trusted: {string.Join(", and ", faults)}";
    }

    private IEnumerable<string> FaultsOf(X509Chain chain)
    {
        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);
        if ((all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            yield return options.RootsFile is { } file
                ? $"its certificate is not from an authority in {file} (--ca)"
                : "its certificate is from an authority that is not known here (--ca FILE names an authority to trust, --pin the key of the server itself)";
        }

        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            X509Certificate2[] bad = [.. chain.ChainElements.Select(element => element.Certificate).Where(certificate => !IsGoodNow(certificate))];
            if (bad is [var first, ..])
            {
                string whose = first.Equals(chain.ChainElements[0].Certificate) ? "its certificate" : "the certificate of its authority";
                yield return first.NotAfter < DateTime.Now ? $"{whose} has expired, on {Day(first.NotAfter)}" : $"{whose} is not good before {Day(first.NotBefore)}";
            }
        }

        const X509ChainStatusFlags Told = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotTimeValid;
        foreach (X509ChainStatus other in chain.ChainStatus.Where(status => (status.Status & Told) == 0))
        {
            yield return $"its certificate is not good: {other.StatusInformation.Trim().TrimEnd('.')} ({other.Status})";
        }
    }

    private static string? NamesOf(X509Certificate2 certificate)
    {
        string[] names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(Alternatives)];
        return names.Length == 0 ? null
            : string.Join(", ", names.Take(MostNames)) + (names.Length > MostNames ? $" and {names.Length - MostNames} others" : "");
    }

    private static IEnumerable<string> Alternatives(X509SubjectAlternativeNameExtension names) =>
        names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(IPAddress (address) => address).Select(address => address.ToString()));

    private static bool IsGoodNow(X509Certificate2 certificate) => certificate.NotBefore <= DateTime.Now && DateTime.Now <= certificate.NotAfter;

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
