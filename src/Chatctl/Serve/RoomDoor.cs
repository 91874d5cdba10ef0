using Chatctl.Endpoints;

namespace Chatctl.Serve;

/// <summary>One way into the room that is served: an endpoint, and the transport that listens there.</summary>
/// <param name="Transport">The transport's name.</param>
/// <param name="Endpoint">Where it listens.</param>
internal sealed record RoomDoor(string Transport, Endpoint Endpoint)
{
    /// <summary>The forms, for help and messages.</summary>
    public const string Forms = $"{EndpointSyntax.Forms}; with a scheme it may name its transport: saea+tcp://HOST:PORT";

    /// <summary>Reads a list of endpoint arguments, each of which may begin with a transport's name and a plus sign.</summary>
    /// <param name="arguments">As given on the command line.</param>
    /// <param name="transport">The transport of those that name none.</param>
    /// <returns>The doors in their order; the default endpoint if there are no arguments.</returns>
    /// <exception cref="Cli.UsageException">One of them is not an endpoint.</exception>
    public static IReadOnlyList<RoomDoor> ParseAll(IReadOnlyList<string> arguments, string transport)
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

            // A host and its port may be two arguments, so what stands together is read together.
            List<string> plain = [.. arguments.Skip(i).TakeWhile(argument => Named(argument) is null)];
            doors.AddRange(EndpointSyntax.ParseAll(plain).Select(endpoint => new RoomDoor(transport, endpoint)));
            i += plain.Count;
        }

        return doors.Count > 0 ? doors : [.. EndpointSyntax.ParseAll([]).Select(endpoint => new RoomDoor(transport, endpoint))];
    }

    private static RoomDoor? Named(string argument)
    {
        int plus = argument.IndexOf('+', StringComparison.Ordinal);
        int scheme = argument.IndexOf(':', StringComparison.Ordinal);
        return plus > 0 && plus < scheme ? new RoomDoor(argument[..plus], EndpointSyntax.Parse(argument[(plus + 1)..])) : null;
    }
}
