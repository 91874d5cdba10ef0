using Chatctl.Cli;
using Chatctl.Hosting;
using Chatctl.Io;

namespace Chatctl.Serve;

/// <summary>Which log the room shares with other nodes.</summary>
/// <param name="Plugin">Its kind.</param>
/// <param name="Options">Where it is.</param>
/// <param name="Name">What the operator calls this node.</param>
internal sealed record BackplaneChoice(BackplanePlugin Plugin, BackplaneOptions Options, string Name);

/// <summary>Which values a backplane takes.</summary>
internal static class BackplaneValues
{
    /// <summary>The environment variable that may hold the password. Only processes of the same user can read that.</summary>
    public const string PasswordVariable = "CHATCTL_BACKPLANE_PASSWORD";

    private const int LongestName = 60;

    /// <summary>A name for a node.</summary>
    public static ValueSyntax<string?> NodeName { get; } = new(
        "letters, digits, '.', '_' and '-'",
        (string text, out string? name) =>
        {
            name = text;
            return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        },
        $"at most {LongestName} of them",
        name => name is null || name.Length <= LongestName)
    {
        Placeholder = "NAME",
    };

    /// <summary>The backplane that the options ask for; null for none.</summary>
    /// <exception cref="UsageException">An option is for a backplane, and there is none. Or the address has no scheme.</exception>
    /// <exception cref="PluginException">There is no plugin for it.</exception>
    public static BackplaneChoice? Choose(PluginCatalog catalog, Setting<string?> address, Setting<string?> node, Setting<string?> passwordFile)
    {
        if (address.Value is not { } url)
        {
            // A variable may be there for another server.
            return Array.Find([node, passwordFile], setting => setting.IsFlag) is { } idle
                ? throw new UsageException($"{idle.Name} is for a backplane; give --backplane too")
                : null;
        }

        int end = url.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0)
        {
            throw new UsageException("--backplane has to be an address with a scheme, such as redis://127.0.0.1:6379/main");
        }

        string name = node.Value ?? DefaultName();
        return new BackplaneChoice(BackplanePlugin.ForScheme(catalog, url[..end]), new BackplaneOptions { Address = url, Password = Password(passwordFile), Node = "" }, name);
    }

    /// <summary>A name that no other process has at this time.</summary>
    private static string DefaultName()
    {
        string machine = string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));
        return $"{machine[..Math.Min(machine.Length, LongestName - 12)]}-{Environment.ProcessId}";
    }

    private static string? Password(Setting<string?> file)
    {
        string? variable = Environment.GetEnvironmentVariable(PasswordVariable);
        if (variable is { Length: > 0 } && !file.IsFlag)
        {
            return file.IsGiven ? throw new UsageException($"{PasswordVariable} and {PasswordVariable}_FILE exclude each other") : variable;
        }

        return file.Value is { } path ? SecretFile.Read(path, "password").TrimEnd('\r', '\n') : null;
    }
}
