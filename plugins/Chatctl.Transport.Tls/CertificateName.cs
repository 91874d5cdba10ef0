using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Transport.Tls;

/// <summary>The name that a certificate is for.</summary>
internal static class CertificateName
{
    private const string CommonName = "2.5.4.3";

    /// <summary>The common name in the subject if there is exactly one, and otherwise the whole subject. So two certificates never share a name by chance.</summary>
    /// <param name="certificate">The certificate.</param>
    public static string Of(X509Certificate2 certificate)
    {
        string?[] names =
        [
            .. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
                .Select(part => part.GetSingleElementValue()),
        ];
        return names is [{ Length: > 0 } only] ? only : certificate.Subject;
    }
}
