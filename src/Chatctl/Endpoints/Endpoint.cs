using System.Net;
using System.Net.Sockets;
using Chatctl.Cli;

namespace Chatctl.Endpoints;

/// <summary>A place to connect to or to listen on, as the user wrote it. A name is not resolved yet. See <see cref="EndpointSyntax"/>.</summary>
internal abstract record Endpoint
{
    /// <summary>The default host of a room.</summary>
    public const string DefaultHost = "localhost";

    /// <summary>The default port.</summary>
    public const int DefaultPort = 9000;

    /// <summary>The default port with TLS.</summary>
    public const int DefaultTlsPort = 9443;

    /// <summary>What its URL begins with, without the colon.</summary>
    public abstract string Scheme { get; }

    /// <summary>The addresses that it stands for, in the order in which to try them.</summary>
    /// <exception cref="ConnectionException">A name does not resolve.</exception>
    public abstract IReadOnlyList<EndPoint> Resolve();

    /// <summary>An address as a URL that every endpoint argument understands.</summary>
    /// <param name="address">An address of this machine or another.</param>
    /// <param name="scheme">What is spoken there, if it is not a Unix socket.</param>
    public static string ToUrl(EndPoint address, string scheme = TcpEndpoint.TcpScheme) =>
        address is UnixDomainSocketEndPoint ? UnixEndpoint.ToUrl(address.ToString()!) : $"{scheme}://{address}";
}

/// <summary>A port of a host: bytes go over TCP, as they are or inside TLS.</summary>
/// <param name="Host">A name or an IP address without brackets.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose when listening.</param>
internal abstract record HostEndpoint(string Host, int Port) : Endpoint
{
    /// <inheritdoc/>
    public override IReadOnlyList<EndPoint> Resolve()
    {
        // localhost is loopback by definition (RFC 6761, section 6.3). So no resolver is asked, and none can give another answer.
        if (Host.Equals(DefaultHost, StringComparison.OrdinalIgnoreCase))
        {
            return Socket.OSSupportsIPv6
                ? [new IPEndPoint(IPAddress.Loopback, Port), new IPEndPoint(IPAddress.IPv6Loopback, Port)]
                : [new IPEndPoint(IPAddress.Loopback, Port)];
        }

        if (IPAddress.TryParse(Host, out IPAddress? literal))
        {
            // The base library drops the name of an interface that does not exist. The rest would be another address.
            if (Host.Split('%', 2) is [_, var name] && literal.ScopeId == 0 && name.Any(c => c != '0'))
            {
                throw new ConnectionException($"cannot resolve '{Host}': this machine has no interface '{name}'");
            }

            return [new IPEndPoint(literal, Port)];
        }

        try
        {
            return Array.ConvertAll(Dns.GetHostAddresses(Host), address => new IPEndPoint(address, Port));
        }
        catch (SocketException e)
        {
            throw new ConnectionException($"cannot resolve '{Host}': {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]:{Port}" : $"{Scheme}://{Host}:{Port}";
}

/// <summary>A TCP endpoint.</summary>
/// <inheritdoc/>
internal sealed record TcpEndpoint(string Host, int Port) : HostEndpoint(Host, Port)
{
    /// <summary>What its URL begins with.</summary>
    public const string TcpScheme = "tcp";

    /// <inheritdoc/>
    public override string Scheme => TcpScheme;
}

/// <summary>A TCP endpoint that speaks TLS.</summary>
/// <inheritdoc/>
internal sealed record TlsEndpoint(string Host, int Port) : HostEndpoint(Host, Port)
{
    /// <inheritdoc/>
    public override string Scheme => "tls";
}

/// <summary>A Unix domain socket.</summary>
/// <param name="Path">Its file.</param>
internal sealed record UnixEndpoint(string Path) : Endpoint
{
    /// <inheritdoc/>
    public override string Scheme => "unix";

    /// <inheritdoc/>
    public override IReadOnlyList<EndPoint> Resolve() => [new UnixDomainSocketEndPoint(Path)];

    /// <inheritdoc/>
    public override string ToString() => ToUrl(Path);

    /// <summary>A path as a URL. Two slashes before the path belong to the URL, so a path that begins with two slashes of its own needs four.</summary>
    public static string ToUrl(string path) => path.StartsWith("//", StringComparison.Ordinal) ? $"unix://{path}" : $"unix:{path}";
}
