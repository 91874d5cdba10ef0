namespace Chatctl.Core;

/// <summary>What a unit is: the piece of a sender's bytes that reaches every receiver whole and contiguous, or not at all.</summary>
public enum Framing
{
    /// <summary>Bytes up to and including LF. CRLF, NUL and invalid UTF-8 pass through untouched.</summary>
    Line,

    /// <summary>Bytes up to and including NUL, as <c>find -print0</c> writes and <c>xargs -0</c> reads.</summary>
    Nul,

    /// <summary>Each received chunk as it came, as a relay that knows no lines does. Two writers' lines may mix.</summary>
    Raw,
}

/// <summary>What the kinds of framing have to do with bytes.</summary>
internal static class FramingBytes
{
    /// <summary>What ends a unit; for raw chunks, which have no end of their own, what ends a line that the room itself says.</summary>
    public static byte Terminator(this Framing framing) => framing == Framing.Nul ? (byte)0 : (byte)'\n';
}
