namespace Chatctl.Core.Sessions;

/// <summary>The fixed parts and the sizes of the session protocol.</summary>
internal static class SessionWire
{
    /// <summary>The longest hello of a client, in bytes with its prefix and without its line end.</summary>
    public const int MaxHelloBytes = 4096;

    /// <summary>How deep an object may be. An object without another in it has the depth 1.</summary>
    public const int MaxDepth = 8;

    /// <summary>The largest number of a line: what every language can hold, also those in which all numbers are doubles.</summary>
    public const long MaxNumber = 9_007_199_254_740_991;

    /// <summary>What a hello begins with, in both directions.</summary>
    public static ReadOnlySpan<byte> Prefix => "CHATCTL/1 "u8;

    /// <summary>What a client is told again and again while its hello waits for the backplane.</summary>
    public static ReadOnlyMemory<byte> Wait { get; } = "CHATCTL/1 {\"wait\":true}\n"u8.ToArray();

    /// <summary>The longest line that a client may send, in bytes: the longest text, with each byte escaped, and the rest of the object.</summary>
    public static int MaxLineBytes(int maxText) => (int)Math.Min((6L * maxText) + 1024, Array.MaxLength);
}
