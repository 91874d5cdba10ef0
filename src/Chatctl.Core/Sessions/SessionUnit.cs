using System.Buffers.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Reads back what the encoder has written to the log of sessions.</summary>
internal static class SessionUnit
{
    /// <summary>How many bytes a time has: <c>2026-11-26T20:29:58.020Z</c>.</summary>
    public const int TimeBytes = 24;

    /// <summary>What a line begins with, and no event.</summary>
    public static ReadOnlySpan<byte> LineStart => "{\"seq\":"u8;

    private static ReadOnlySpan<byte> TimeStart => "\"time\":\""u8;

    // Behind the quote that ends the time.
    private static ReadOnlySpan<byte> IdStart => "\",\"id\":"u8;

    /// <summary>The number of a line; -1 if the unit is an event.</summary>
    public static long Seq(ReadOnlySpan<byte> unit) =>
        unit.StartsWith(LineStart) && Utf8Parser.TryParse(unit[LineStart.Length..], out long seq, out _) ? seq : -1;

    /// <summary>The number of the member that a line or an event is of; 0 if it is of none.</summary>
    public static long Id(ReadOnlySpan<byte> unit)
    {
        // It comes behind the time, and what comes before it has no text from outside.
        int time = unit.IndexOf(TimeStart);
        ReadOnlySpan<byte> rest = time < 0 ? default : unit[(time + TimeStart.Length + TimeBytes)..];
        return rest.StartsWith(IdStart) && Utf8Parser.TryParse(rest[IdStart.Length..], out long id, out _) ? id : 0;
    }

    /// <summary>The time of a line, or of an event other than <c>skipped</c>. Earlier times come first in the order of their bytes too.</summary>
    public static ReadOnlySpan<byte> Time(ReadOnlySpan<byte> unit)
    {
        // What comes before it has no text from outside.
        return unit.Slice(unit.IndexOf(TimeStart) + TimeStart.Length, TimeBytes);
    }
}
