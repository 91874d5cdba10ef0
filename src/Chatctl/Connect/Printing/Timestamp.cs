using System.Globalization;

namespace Chatctl.Connect.Printing;

/// <summary>The time in the form of RFC 3339, in local time with its offset: <c>2026-03-01T09:30:00.125+01:00</c>.</summary>
internal static class Timestamp
{
    /// <summary>How many bytes it has. It is always the same number.</summary>
    public const int Length = 29;

    /// <summary>Writes the time.</summary>
    /// <param name="clock">Tells it.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Write(TimeProvider clock, Span<byte> destination) =>
        clock.GetLocalNow().TryFormat(destination, out _, "yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
