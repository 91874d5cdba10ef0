using System.Buffers.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Reads back what the encoder has written to the log of sessions.</summary>
internal static class SessionUnit
{
    /// <summary>How many bytes a time has: <c>2026-11-26T20:29:58.020Z</c>.</summary>
    public const int TimeBytes = 24;

    /// <summary>What a line begins with, and no event.</summary>
    public static ReadOnlySpan<byte> LineStart => "{\"seq\":"u8;

    /// <summary>The number of a line; -1 if the unit is an event.</summary>
    public static long Seq(ReadOnlySpan<byte> unit) =>
        unit.StartsWith(LineStart) && Utf8Parser.TryParse(unit[LineStart.Length..], out long seq, out _) ? seq : -1;

    /// <summary>The time of a line, or of an event other than <c>skipped</c>. Earlier times come first in the order of their bytes too.</summary>
    public static ReadOnlySpan<byte> Time(ReadOnlySpan<byte> unit)
    {
        // What comes before it has no text from outside.
        var start = "\"time\":\""u8;
        return unit.Slice(unit.IndexOf(start) + start.Length, TimeBytes);
    }
}
