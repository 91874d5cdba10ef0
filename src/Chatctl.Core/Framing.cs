namespace Chatctl.Core;

/// <summary>What a unit is. A unit is a piece of a sender's bytes. It reaches a receiver whole and in one piece, or not at all.</summary>
public enum Framing
{
    /// <summary>Bytes up to and including LF. CRLF, NUL and invalid UTF-8 pass through untouched.</summary>
    Line,

    /// <summary>Bytes up to and including NUL, as <c>find -print0</c> writes and <c>xargs -0</c> reads.</summary>
    Nul,

    /// <summary>Each received chunk as it came. The lines of two senders may mix.</summary>
    Raw,
}

/// <summary>The bytes that a framing uses.</summary>
internal static class FramingBytes
{
    /// <summary>The byte that ends a unit. Raw chunks have none; for them, it is the byte that ends a notice of the room.</summary>
    public static byte Terminator(this Framing framing) => framing == Framing.Nul ? (byte)0 : (byte)'\n';
}
