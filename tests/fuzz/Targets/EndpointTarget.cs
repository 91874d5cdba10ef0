using System.Globalization;
using System.Net;
using System.Text;
using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Endpoints;
using Chatctl.Serve;

namespace Chatctl.Fuzz;

/// <summary>
/// What a user writes on the command line: an endpoint, a list of endpoints, or a value. The tool understands it, or refuses it with a
/// <see cref="UsageException"/>, or it names an interface of another machine. What the tool understands means the same when it is written out and read again.
/// </summary>
/// <remarks>The first byte chooses the syntax. The rest is text in UTF-8; each line is an argument.</remarks>
internal static class EndpointTarget
{
    /// <summary>Plays an input.</summary>
    /// <exception cref="InvalidOperationException">A meaning has changed.</exception>
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        string text = Encoding.UTF8.GetString(input[1..]);
        try
        {
            switch ((char)input[0])
            {
                case 'c':
                    CheckValue(ValueSyntax.Count, text, value => value.ToString(CultureInfo.InvariantCulture));
                    break;
                case 's':
                    CheckValue(ValueSyntax.Size, text, value => value.ToString(CultureInfo.InvariantCulture));
                    break;
                case 'd':
                    CheckValue(ValueSyntax.Duration, text, value => value.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture));
                    break;
                case 'f':
                    CheckValue(ValueSyntax.OneOf<Framing>(), text, value => value.ToString().ToLowerInvariant());
                    break;
                case 'l':
                    CheckDoors(text.Split('\n'));
                    break;
                default:
                    CheckEndpoint(EndpointSyntax.Parse(text));
                    break;
            }
        }
        catch (Exception e) when (e is UsageException or ConnectionException)
        {
            // It may be refused: it is not an endpoint, or it is on an interface that this machine does not have.
        }
    }

    private static void CheckDoors(string[] arguments)
    {
        IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(arguments, _ => "select");
        string[] written = [.. doors.Select(door => $"{door.Transport}+{door.Endpoint}")];
        if (!Understood(() => RoomDoor.ParseAll(written, _ => "async")).SequenceEqual(doors))
        {
            throw new InvalidOperationException($"'{string.Join(' ', arguments)}' is read as {string.Join(' ', written)}, and that as something else");
        }
    }

    private static void CheckEndpoint(Endpoint endpoint)
    {
        Expect(endpoint, endpoint.ToString()!);
        if (endpoint is UnixEndpoint || (endpoint is HostEndpoint host && IPAddress.TryParse(host.Host, out _)))
        {
            // The URL that the server announces leads to the address that it listens on.
            EndPoint address = endpoint.Resolve()[0];
            EndPoint announced = Understood(() => EndpointSyntax.Parse(Endpoint.ToUrl(address, endpoint.Scheme))).Resolve()[0];
            if (!announced.Equals(address))
            {
                throw new InvalidOperationException($"{address} is announced as {Endpoint.ToUrl(address, endpoint.Scheme)}, which leads to {announced}");
            }
        }
    }

    private static void Expect(Endpoint endpoint, string written)
    {
        if (Understood(() => EndpointSyntax.Parse(written)) is var again && again != endpoint)
        {
            throw new InvalidOperationException($"{endpoint} is written as {written}, which is read as {again}");
        }
    }

    private static void CheckValue<T>(ValueSyntax<T> syntax, string text, Func<T, string> write)
    {
        if (syntax.TryParse(text, out T value) && !(syntax.TryParse(write(value), out T again) && Equals(value, again)))
        {
            throw new InvalidOperationException($"'{text}' is read as {value}, and that as something else");
        }
    }

    /// <summary>Reads what the tool has written itself. The tool must not refuse that.</summary>
    private static T Understood<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UsageException e)
        {
            throw new InvalidOperationException($"the tool does not understand itself: {e.Message}", e);
        }
    }
}
