namespace Chatctl.Cli;

/// <summary>What the process's exit code means, the same for every verb.</summary>
internal static class ExitCode
{
    /// <summary>Done, and nothing was lost.</summary>
    public const int Done = 0;

    /// <summary>The network or the peer: not there, cut off, the address taken.</summary>
    public const int Network = 1;

    /// <summary>The command line, the configuration or a plugin: nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The time limit that was asked for has passed, as with timeout(1).</summary>
    public const int TimeLimit = 124;

    /// <summary>The reader of standard output went away: 128 + SIGPIPE, what a shell reports for cat(1) in the same place.</summary>
    public const int OutputGone = 141;

    /// <summary>What each code means, for the manual, with the code as it is written there.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> Meanings =>
    [
        ($"{Done}", "done, and nothing was lost"),
        ($"{Network}", "the network or the peer: not there, cut off, the address in use; bench: it does not relay right"),
        ($"{Usage}", "the command line, the configuration or a plugin: nothing was tried"),
        ($"{TimeLimit}", "the time limit has passed"),
        ("128 + n", "ended by signal n"),
        ($"{OutputGone}", "the reader of standard output went away"),
    ];
}
