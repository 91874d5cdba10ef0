using System.Globalization;
using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>Where the log is, as the user wrote it: <c>redis://[USER@]HOST[:PORT][,HOST[:PORT]…][/ROOM][?OPTION=VALUE&amp;…]</c>.</summary>
/// <param name="Text">The address without its options, for messages. It holds no secret.</param>
/// <param name="Room">The room's name. Each room has its own keys.</param>
/// <param name="Options">For the connection. Each connection takes a copy, because connecting may change them.</param>
internal sealed record RedisAddress(string Text, string Room, ConfigurationOptions Options)
{
    /// <summary>The scheme of a connection without encryption.</summary>
    public const string Plain = "redis";

    /// <summary>The scheme of a connection with TLS.</summary>
    public const string Encrypted = "rediss";

    private const string DefaultRoom = "main";
    private const int LongestRoom = 100;

    /// <summary>Reads an address. It connects to nothing, and looks no name up.</summary>
    /// <param name="address">The address.</param>
    /// <param name="password">The password, if there is one.</param>
    /// <exception cref="BackplaneException">It is not such an address, or has a password in it. The message does not repeat what may be secret.</exception>
    public static RedisAddress Parse(string address, string? password)
    {
        (string scheme, string rest) = Cut(address, "://");
        (rest, string options) = Cut(rest, "?");
        (string authority, string room) = Cut(rest, "/");
        int at = authority.LastIndexOf('@');
        (string user, string hosts) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        if (user.Contains(':', StringComparison.Ordinal) || HasSecret(options))
        {
            throw new BackplaneException("the backplane's address has a password in it, which others could see; give the password apart from the address");
        }

        string text = address.Split('?')[0];
        if (scheme is not (Plain or Encrypted) || hosts.Length == 0)
        {
            throw new BackplaneException($"the backplane's address '{text}' is not of the form redis://HOST:PORT/ROOM");
        }

        room = room.Length == 0 ? DefaultRoom : room;
        if (room.Length > LongestRoom || !room.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new BackplaneException($"the room in the backplane's address '{text}' may have letters, digits, '.', '_' and '-', at most {LongestRoom} of them");
        }

        return new RedisAddress(text, room, Configure(text, hosts, options, scheme == Encrypted, Unescape(user), password));
    }

    private static ConfigurationOptions Configure(string text, string hosts, string options, bool isEncrypted, string user, string? password)
    {
        string[] pairs = [.. options.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Unescape)];
        if (Array.Find(pairs, pair => pair.Contains(',', StringComparison.Ordinal) || pair.IndexOf('=', StringComparison.Ordinal) <= 0) is { } wrong)
        {
            throw new BackplaneException($"the option '{wrong}' of the backplane '{text}' is not of the form NAME=VALUE, without a comma");
        }

        string[] endpoints = hosts.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (endpoints.Length == 0)
        {
            throw new BackplaneException($"the backplane's address '{text}' names no host");
        }

        foreach (string endpoint in endpoints)
        {
            CheckEndpoint(text, endpoint);
        }

        ConfigurationOptions parsed;
        try
        {
            parsed = ConfigurationOptions.Parse(string.Join(',', [.. endpoints, .. isEncrypted ? ["ssl=true"] : Array.Empty<string>(), .. pairs]));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new BackplaneException($"the backplane's address '{text}' cannot be used: {e.Message.Split(" (Parameter")[0].ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }

        parsed.User = user.Length > 0 ? user : null;
        parsed.Password = password;
        RedisLink.Prepare(parsed);
        return parsed;
    }

    /// <summary>The library takes what it does not understand for the name of a host or an option.</summary>
    private static void CheckEndpoint(string text, string endpoint)
    {
        int colon = endpoint.LastIndexOf(':');
        (string host, string? port) = colon > endpoint.LastIndexOf(']') ? (endpoint[..colon], endpoint[(colon + 1)..]) : (endpoint, null);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            throw new BackplaneException($"the backplane's address '{text}' cannot be used: '{host}' is not a host");
        }

        if (port is not null && !(ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0))
        {
            throw new BackplaneException($"the backplane's address '{text}' cannot be used: the port of '{endpoint}' is not a number from 1 to 65535");
        }
    }

    private static bool HasSecret(string options) =>
        options.Split('&').Any(pair => Unescape(pair.Split('=')[0]).Trim().EndsWith("password", ignoreCase: true, CultureInfo.InvariantCulture));

    private static string Unescape(string text) => Uri.UnescapeDataString(text);

    private static (string Before, string After) Cut(string text, string mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + mark.Length)..]) : (text, "");
}
