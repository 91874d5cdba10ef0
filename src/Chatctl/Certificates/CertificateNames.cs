using System.Buffers;
using System.Globalization;
using System.Net;
using Chatctl.Cli;
using Chatctl.Connect.Sessions;
using Chatctl.Io;

namespace Chatctl.Certificates;

/// <summary>Reads the names that certificates get.</summary>
internal static class CertificateNames
{
    // What no file can have in its name, here or on another system.
    private static readonly SearchValues<char> NotInFiles = SearchValues.Create("/\\:*?\"<>|");

    private static readonly IdnMapping Idn = new();

    /// <summary>Reads a host, as the clients will name it: in ASCII, and an IP address in its usual form.</summary>
    /// <param name="text">The user's text.</param>
    /// <exception cref="UsageException">It is neither a name nor an address.</exception>
    public static string Host(string text)
    {
        string bare = text is ['[', .. var inner, ']'] ? inner : text;
        if (IPAddress.TryParse(bare, out IPAddress? address) && (bare.Contains(':', StringComparison.Ordinal) || bare.Count(c => c == '.') == 3))
        {
            return address.ToString();
        }

        // A star stands for the first label only.
        string rest = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        try
        {
            string name = Idn.GetAscii(rest);
            if (Uri.CheckHostName(name) == UriHostNameType.Dns && !name.All(c => char.IsAsciiDigit(c) || c == '.'))
            {
                return text[..^rest.Length] + name.ToLowerInvariant();
            }
        }
        catch (ArgumentException)
        {
            // It is no name in any script.
        }

        throw new UsageException($"'{text}' is neither a host name nor an IP address");
    }

    /// <summary>Reads the name of a client: one that <c>connect --name</c> takes too, if a file can be called so.</summary>
    /// <param name="text">The user's text.</param>
    /// <exception cref="UsageException">It is no name.</exception>
    public static string Client(string text) =>
        !SessionSyntax.Name.TryParse(text, out _) || text.Length > Authority.MostOfCommonName || Printable.Of(text) != text || text.Trim().Length != text.Length
            ? throw new UsageException($"'{text}' is not a client's name: {SessionSyntax.Name.Range}, and visible ones")
            : text.AsSpan().IndexOfAny(NotInFiles) >= 0 || text[0] is '.' or '-'
                ? throw new UsageException($"'{text}' is not a client's name: a file cannot be called so")
                : text;

    /// <summary>What the files of a host are called.</summary>
    /// <param name="host">As <see cref="Host"/> gives it.</param>
    public static string FileOf(string host) => host.Replace('*', '_').Replace(':', '-');
}
