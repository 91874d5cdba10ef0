using Chatctl.Cli;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Ends the process after a time, whatever it does then: resolve a name, connect, or wait for an output that takes nothing.</summary>
internal static class TimeLimit
{
    /// <summary>Starts the clock.</summary>
    /// <param name="limit">How long the process may run from now; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    public static void Start(TimeSpan limit)
    {
        if (limit == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        var clock = new Thread(() =>
        {
            Thread.Sleep(limit);
            StandardStreams.Diagnose("the time limit has passed (--timeout)");
            Environment.Exit(ExitCode.TimeLimit);
        });
        clock.IsBackground = true;
        clock.Start();
    }
}
