using System.Globalization;
using System.Text.Json;

namespace Chatctl.Core.Tests.Model;

/// <summary>What a session has asked for of the past, at the moment of its hello.</summary>
/// <param name="Wanted">How many lines come before the first one that it has asked for.</param>
/// <param name="Epoch">The epoch that it believed in, if that is another one.</param>
/// <param name="IsTime">Whether it has asked for a time. The room does not know exactly which lines of a time are gone.</param>
/// <param name="IsNothing">Whether it has asked for nothing.</param>
internal sealed record SinceModel(long Wanted, string? Epoch = null, bool IsTime = false, bool IsNothing = false)
{
    /// <returns>Null if it cannot be accepted.</returns>
    public static SinceModel? Parse(JsonElement? since, SessionRoomModel room)
    {
        long end = room.Sequence;
        string? text = since is { ValueKind: JsonValueKind.String } value ? value.GetString() : since?.GetRawText();
        if (text is null)
        {
            return new SinceModel(end, IsNothing: true);
        }

        if (text == "all")
        {
            return new SinceModel(0);
        }

        if (text.Split(':') is [var epoch, var seq])
        {
            long place = long.Parse(seq, CultureInfo.InvariantCulture);
            return epoch != room.Epoch ? new SinceModel(0, epoch) : place <= end ? new SinceModel(place) : null;
        }

        if (long.TryParse(text, CultureInfo.InvariantCulture, out long lines))
        {
            return new SinceModel(Math.Max(0, end - lines));
        }

        if (!text.EndsWith("ms", StringComparison.Ordinal))
        {
            return null;
        }

        DateTimeOffset start = room.Now - TimeSpan.FromMilliseconds(long.Parse(text[..^2], CultureInfo.InvariantCulture));
        return new SinceModel(room.Log.LongCount(unit => unit.Seq > 0 && unit.Time < start), IsTime: true);
    }
}
