using System.Net;
using System.Net.Sockets;
using Chatctl.Endpoints;

namespace Chatctl.Serve;

/// <summary>One way into the room: an endpoint, and the transport that listens there.</summary>
/// <param name="Transport">The transport's name.</param>
/// <param name="Endpoint">Where it listens.</param>
internal sealed record RoomDoor(string Transport, Endpoint Endpoint)
{
    /// <summary>The forms as sentences, for the help.</summary>
    public const string Forms = $"{EndpointSyntax.Forms}. [::]:PORT is every address of this machine, IPv4 too. An endpoint with a scheme may name its transport: saea+tcp://HOST:PORT. tls:// needs --cert.";

    /// <summary>Reads a list of endpoint arguments. Each may begin with a transport's name and a plus sign.</summary>
    /// <param name="arguments">As given on the command line.</param>
    /// <param name="transport">The transport of an endpoint that names none.</param>
    /// <returns>The doors in their order; the default endpoint if there are no arguments.</returns>
    /// <exception cref="Cli.UsageException">One of them is not an endpoint.</exception>
    public static IReadOnlyList<RoomDoor> ParseAll(IReadOnlyList<string> arguments, Func<Endpoint, string> transport)
    {
        var doors = new List<RoomDoor>();
        for (int i = 0; i < arguments.Count;)
        {
            if (Named(arguments[i]) is { } door)
            {
                doors.Add(door);
                i++;
                continue;
            }

            // A host and its port may be two arguments, so neighbours without a transport are read together.
            List<string> plain = [.. arguments.Skip(i).TakeWhile(argument => Named(argument) is null)];
            doors.AddRange(EndpointSyntax.ParseAll(plain).Select(endpoint => new RoomDoor(transport(endpoint), endpoint)));
            i += plain.Count;
        }

        return doors.Count > 0 ? doors : [.. EndpointSyntax.ParseAll([]).Select(endpoint => new RoomDoor(transport(endpoint), endpoint))];
    }

    /// <summary>
    /// The addresses that it listens on. <c>[::]</c> means every IPv6 address. It also means every IPv4 address, unless another door has an IPv4
    /// address at this port.
    /// </summary>
    /// <param name="doors">All doors of the room, this one too.</param>
    /// <exception cref="Cli.ConnectionException">A name does not resolve.</exception>
    public IReadOnlyList<EndPoint> Resolve(IReadOnlyList<RoomDoor> doors)
    {
        IReadOnlyList<EndPoint> addresses = Endpoint.Resolve();
        return addresses is [IPEndPoint { Port: var port } only] && only.Address.Equals(IPAddress.IPv6Any) && !doors.Any(door => door.IsOfIPv4(port))
            ? [only, new IPEndPoint(IPAddress.Any, port)]
            : addresses;
    }

    private bool IsOfIPv4(int port) => Endpoint is HostEndpoint host && host.Port == port
        && host.Resolve().Any(address => address is IPEndPoint { AddressFamily: AddressFamily.InterNetwork });

    private static RoomDoor? Named(string argument)
    {
        int plus = argument.IndexOf('+', StringComparison.Ordinal);
        int scheme = argument.IndexOf(':', StringComparison.Ordinal);
        return plus > 0 && plus < scheme ? new RoomDoor(argument[..plus], EndpointSyntax.Parse(argument[(plus + 1)..])) : null;
    }
}
