using System.Numerics;
using Chatctl.Cli;
using Chatctl.Core;

namespace Chatctl.Serve;

/// <summary>Which values a room takes. They are checked here too, because only the command line knows the option that a value comes from.</summary>
internal static class RoomValues
{
    // The window is kept in segments, and a line fits into one of them.
    private const int LinesInBuffer = 16;
    private const long LongestLine = RoomOptions.LargestBuffer / LinesInBuffer;
    private const long LargestRate = 1L << 40;
    private static readonly TimeSpan LongestCoalesce = TimeSpan.FromSeconds(1);

    /// <summary>The longest line.</summary>
    public static ValueSyntax<long> Line { get; } = ValueSyntax.Size.Within("from 2 bytes to 1g", value => value is >= 2 and <= LongestLine);

    /// <summary>How many lines a second.</summary>
    public static ValueSyntax<long> Rate { get; } = ValueSyntax.Count.Within($"from 1 to {LargestRate}", value => value is >= 1 and <= LargestRate);

    /// <summary>How much of what was said is kept.</summary>
    public static ValueSyntax<long> History { get; } =
        ValueSyntax.Size.Within($"from 0 to {RoomOptions.LargestHistory}", value => value is >= 0 and <= RoomOptions.LargestHistory);

    /// <summary>How long lines wait for others.</summary>
    public static ValueSyntax<TimeSpan> Coalesce { get; } = ValueSyntax.Duration.Within(
        "more than 0, at most 1s", value => value > TimeSpan.Zero && value <= LongestCoalesce);

    /// <summary>Refuses sizes that do not fit together.</summary>
    /// <param name="maxLine">The longest line.</param>
    /// <param name="buffer">The window, which holds several of the longest lines.</param>
    /// <param name="maxUnfinished">The memory for unfinished lines, which holds one of the longest.</param>
    /// <exception cref="UsageException">They do not fit. The message names the option.</exception>
    public static void CheckSizes(Setting<long> maxLine, Setting<long> buffer, Setting<long> maxUnfinished)
    {
        long least = maxLine.Value * LinesInBuffer;
        if (buffer.Value < least || buffer.Value > RoomOptions.LargestBuffer)
        {
            throw buffer.OutOfRange($"from {least} ({LinesInBuffer} times --max-line) to 16g");
        }

        // The buffers of unfinished lines have powers of two as sizes.
        long one = (long)BitOperations.RoundUpToPowerOf2((ulong)maxLine.Value);
        if (maxUnfinished.Value < one)
        {
            throw maxUnfinished.OutOfRange($"at least {one} (one line of --max-line)");
        }
    }
}
