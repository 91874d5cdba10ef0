namespace Chatctl.Cli;

/// <summary>The meaning of the process's exit codes, the same for every verb.</summary>
internal static class ExitCode
{
    /// <summary>The work is done, and nothing was lost.</summary>
    public const int Done = 0;

    /// <summary>The network or the peer failed: no server, a lost connection, an address in use.</summary>
    public const int Network = 1;

    /// <summary>The command line, the configuration or a plugin is wrong. Nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The time limit of <c>--timeout</c> has passed, as with timeout(1).</summary>
    public const int TimeLimit = 124;

    /// <summary>The reader of standard output is gone: 128 + SIGPIPE. A shell reports the same for cat(1) in this place.</summary>
    public const int OutputGone = 141;

    /// <summary>Each code as text and its meaning, for the manual and the reference pages.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> Meanings =>
    [
        ($"{Done}", "done, and nothing was lost"),
        ($"{Network}", "the network or the peer failed: no server, a lost connection, an address in use; bench: the relay does not relay correctly; demo: a line did not arrive"),
        ($"{Usage}", "the command line, the configuration or a plugin is wrong; nothing was tried"),
        ($"{TimeLimit}", "the time limit has passed"),
        ("128 + n", "signal n ended the process"),
        ($"{OutputGone}", "the reader of standard output is gone"),
    ];
}
