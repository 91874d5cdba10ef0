using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatctl.Cli;

namespace Chatctl.Endpoints;

/// <summary>
/// The grammar of endpoints, the same for every verb: <c>PORT</c>, <c>:PORT</c>, <c>HOST</c>, <c>HOST:PORT</c>, <c>HOST PORT</c> (two arguments),
/// <c>[V6]:PORT</c>, <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c>, <c>unix:PATH</c>.
/// </summary>
internal static class EndpointSyntax
{
    /// <summary>The forms, for help and messages.</summary>
    public const string Forms = "PORT, HOST, HOST:PORT, HOST PORT, [V6]:PORT, tcp://HOST:PORT, tls://HOST:PORT or unix:PATH";

    // sockaddr_un.sun_path: 108 bytes with the closing NUL on Linux, 104 on macOS and the BSDs.
    private static readonly int LongestPath = OperatingSystem.IsLinux() ? 107 : 103;

    /// <summary>Reads a list of endpoint arguments. A bare number after a host without a port is the port of that host.</summary>
    /// <param name="arguments">The words of the command line.</param>
    /// <returns>The endpoints in their order; the default endpoint if there are no arguments.</returns>
    /// <exception cref="UsageException">One of them is not an endpoint.</exception>
    public static IReadOnlyList<Endpoint> ParseAll(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            return [new TcpEndpoint(Endpoint.DefaultHost, Endpoint.DefaultPort)];
        }

        var endpoints = new List<Endpoint>(arguments.Count);
        for (int i = 0; i < arguments.Count; i++)
        {
            bool takesNext = i + 1 < arguments.Count && IsNumber(arguments[i + 1]) && IsHostAlone(arguments[i]);
            endpoints.Add(takesNext ? ParseHost(arguments[i], arguments[++i], $"{arguments[i - 1]} {arguments[i]}") : Parse(arguments[i]));
        }

        return endpoints;
    }

    /// <summary>Reads one endpoint argument.</summary>
    /// <param name="text">The user's text.</param>
    /// <exception cref="UsageException">It is not an endpoint.</exception>
    public static Endpoint Parse(string text)
    {
        if (text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            return ParseUnix(text);
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return IsNumber(text) ? NewEndpoint(Endpoint.DefaultHost, text, text) : ParseAuthority(text, text);
        }

        return text.AsSpan(0, scheme).Equals("tcp", StringComparison.OrdinalIgnoreCase) || IsTls(text)
            ? ParseAuthority(text[(scheme + 3)..].TrimEnd('/'), text)
            : throw Bad(text, $"unknown scheme '{text[..scheme]}'");
    }

    private static HostEndpoint ParseAuthority(string authority, string text)
    {
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            string rest = close < 0 ? "?" : authority[(close + 1)..];
            return rest.Length == 0 ? ParseHost(authority[..(close + 1)], null, text)
                : rest[0] == ':' ? ParseHost(authority[..(close + 1)], rest[1..], text)
                : throw Bad(text, "an IPv6 address goes in brackets, [V6]:PORT");
        }

        int colon = authority.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ParseHost(authority, null, text)
            : colon != authority.LastIndexOf(':') ? ParseWithoutBrackets(authority, text)
            : colon == 0 ? ParseHost(Endpoint.DefaultHost, authority[1..], text)
            : ParseHost(authority[..colon], authority[(colon + 1)..], text);
    }

    /// <summary>Reads an IPv6 address alone. Its last group can look like a port. Then only the user knows which it is, so the text is refused.</summary>
    private static HostEndpoint ParseWithoutBrackets(string authority, string text)
    {
        int colon = authority.LastIndexOf(':');
        string host = authority[..colon];
        string port = authority[(colon + 1)..];
        if (!IsNumber(port) || !IsIPv6(host))
        {
            return ParseHost(authority, null, text);
        }

        // A colon after the name of an interface begins the port.
        bool isAddress = !host.Contains('%', StringComparison.Ordinal) && IsIPv6(authority);

        // What is suggested instead of an endpoint with TLS has TLS too.
        string scheme = IsTls(text) ? "tls://" : "";
        throw Bad(text, $"brackets must show where the port begins: {scheme}[{host}]:{port}{(isAddress ? $", or {scheme}[{authority}] without a port" : "")}");
    }

    private static HostEndpoint ParseHost(string host, string? port, string text)
    {
        if (host == Endpoint.DefaultHost)
        {
            // The usual case skips the checks, because they take a few milliseconds to compile.
            return NewEndpoint(host, port, text);
        }

        string bare = host is ['[', .. var inner, ']'] ? inner : host;
        bool isAddress = IsIPv6(bare) || (IPAddress.TryParse(bare, out _) && bare.Count(c => c == '.') == 3);
        if (!isAddress && (bare.Length != host.Length || Uri.CheckHostName(bare) != UriHostNameType.Dns || IsNumber(bare)))
        {
            throw Bad(text, host.Length == 0 ? "the host is missing" : $"'{host}' is neither a host name nor an IP address");
        }

        return NewEndpoint(bare, port, text);
    }

    private static HostEndpoint NewEndpoint(string host, string? port, string text)
    {
        int? number = port is null ? null : ParsePort(port, text);
        return IsTls(text) ? new TlsEndpoint(host, number ?? Endpoint.DefaultTlsPort) : new TcpEndpoint(host, number ?? Endpoint.DefaultPort);
    }

    private static UnixEndpoint ParseUnix(string text)
    {
        string path = text["unix:".Length..];
        path = path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;
        return path.Length == 0 ? throw Bad(text, "the path is missing")
            : path.Contains('\0', StringComparison.Ordinal) ? throw Bad(text, "a path cannot contain NUL")
            : Encoding.UTF8.GetByteCount(path) > LongestPath ? throw Bad(text, $"a Unix socket's path is at most {LongestPath} bytes")
            : new UnixEndpoint(path);
    }

    private static int ParsePort(string port, string text) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= IPEndPoint.MaxPort
            ? number
            : throw Bad(text, $"'{port}' is not a port (0 to 65535)");

    private static bool IsTls(string text) => text.StartsWith("tls://", StringComparison.OrdinalIgnoreCase);

    private static bool IsIPv6(string text) => IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static bool IsHostAlone(string text) =>
        !IsNumber(text) && !text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase) && !text.Contains("://", StringComparison.Ordinal)
        && (text is ['[', .., ']'] || text.Count(c => c == ':') != 1);

    private static UsageException Bad(string text, string reason) => new($"bad endpoint '{text}': {reason}; an endpoint is {Forms}");
}
