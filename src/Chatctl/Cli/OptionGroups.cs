namespace Chatctl.Cli;

/// <summary>Options that stand together under one heading in help, manual and reference pages.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="LongNames">The options' long names without dashes, in the order in which they are shown.</param>
internal sealed record OptionGroup(string Heading, IReadOnlyList<string> LongNames);

/// <summary>
/// Which options of a verb stand together. An option that is in no group here is shown under <see cref="Others"/>, so a new option needs no entry
/// to be seen.
/// </summary>
internal static class OptionGroups
{
    /// <summary>The heading of the options that belong to no group.</summary>
    public const string Others = "Other options";

    /// <summary>The heading of a verb's options if the verb has no groups.</summary>
    public const string All = "Options";

    /// <summary>The groups of a verb in their order.</summary>
    /// <param name="verb">The verb's name.</param>
    /// <returns>Nothing if the verb has too few options to need groups.</returns>
    public static IReadOnlyList<OptionGroup> Of(string? verb) => verb switch
    {
        "serve" =>
        [
            new("Doors and transport", ["transport", "plugins"]),
            new("Lines", ["framing", "echo", "max-line", "max-unfinished", "coalesce"]),
            new("Sessions", ["history", "presence", "plain"]),
            new("Journal", ["journal", "sync", "keep", "keep-for"]),
            new("Several nodes", ["backplane", "node", "backplane-password-file"]),
            new("Slow readers", ["slow", "buffer", "stall-timeout", "send-buffer"]),
            new("Limits", ["max-clients", "max-per-ip", "rate", "byte-rate", "idle-timeout", "keepalive"]),
            new("TLS", ["cert", "key", "client-ca"]),
            new("Access", ["auth", "socket-mode", "allow", "deny"]),
            new("Stopping", ["drain-timeout", "until-eof"]),
            new("Log", ["log-format", "quiet", "verbose"]),
        ],
        "connect" =>
        [
            new("Session", ["name", "since", "position", "token-file"]),
            new("What to send", ["message", "recv-only", "send-only", "crlf", "null"]),
            new("What to print", ["recv", "timestamps", "json", "tee", "plain", "bell", "quiet", "verbose"]),
            new("When to end", ["count", "timeout", "linger", "drain-timeout"]),
            new("Connecting again", ["retry", "connect-timeout"]),
            new("TLS", ["ca", "pin", "insecure", "cert", "key", "min-tls"]),
        ],
        "bench" =>
        [
            new("What to measure", ["transports", "plugins", "pid", "self-test"]),
            new("Load", ["clients", "senders", "stalled", "sessions", "reconnect", "rate", "size", "batch", "in-flight", "no-pin"]),
            new("Time", ["duration", "warmup", "patience"]),
            new("What is right", ["echo", "any-order"]),
            new("Report", ["json", "csv", "plot", "verbose"]),
        ],
        _ => [],
    };
}
