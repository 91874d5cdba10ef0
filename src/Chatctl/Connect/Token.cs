using System.Net;
using Chatctl.Cli;
using Chatctl.Core.Access;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>The secret that shows the server who connects. It comes from a file or from the environment, and is in no message.</summary>
internal sealed class Token
{
    /// <summary>The environment variable that may hold it. Only processes of the same user can read that.</summary>
    public const string Variable = "CHATCTL_TOKEN";

    private Token(string text) => Text = text;

    /// <summary>The secret itself.</summary>
    public string Text { get; }

    /// <summary>Reads a token from a file, or else from the environment.</summary>
    /// <param name="file">The setting with the file.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="UsageException">There is something else in its place, or others can read it.</exception>
    public static Token? Read(Setting<string?> file)
    {
        string? variable = Environment.GetEnvironmentVariable(Variable);
        if (variable is { Length: > 0 } && !file.IsFlag)
        {
            return file.IsGiven ? throw new UsageException($"{Variable} and {Variable}_FILE exclude each other") : Of(variable, Variable);
        }

        return file.Value is { } path ? Of(SecretFile.Read(path, "token"), path) : null;
    }

    /// <summary>Refuses a server that the token must not be sent to: one that it would reach over a network without encryption, or that nobody checks.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="isVerified">Whether a server with TLS has to show who it is.</param>
    /// <exception cref="UsageException">It is such a server.</exception>
    public static void CheckPlace(Endpoint endpoint, bool isVerified)
    {
        // A name may stand for another address in a minute, so only the one that stands for this machine by definition will do.
        if (endpoint is TcpEndpoint { Host: var host } && !host.Equals(Endpoint.DefaultHost, StringComparison.OrdinalIgnoreCase)
            && !(IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address)))
        {
            throw new UsageException($"a token must not go over a network without encryption, as it would to {endpoint}: use TLS, a Unix socket, or localhost");
        }

        if (!isVerified)
        {
            throw new UsageException("a token must not go to a server that nobody checks: use --ca or --pin in place of --insecure");
        }
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => "a token";

    private static Token Of(string text, string origin) => text.Trim() is var token && AccessToken.IsToken(token)
        ? new Token(token)
        : throw new UsageException($"{origin} does not hold a token, as 'chatctl token' makes one");
}
