using System.Diagnostics.Metrics;

namespace Chatctl.Core;

/// <summary>
/// A room's figures as instruments of the meter <c>Chatctl</c>, for <c>dotnet-counters</c>, OpenTelemetry and <see cref="MeterListener"/>.
/// </summary>
/// <remarks>
/// All are observed: without a listener they cost nothing. With one, each instrument calls <see cref="Room.Figures"/> once for each
/// reading. Dispose it before the room.
/// </remarks>
public sealed class RoomMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Chatctl";

    private readonly Meter _meter = new(Name);

    /// <summary>The meter itself. Each room has its own.</summary>
    internal Meter Meter => _meter;

    /// <summary>Offers a room's figures.</summary>
    /// <param name="room">The room.</param>
    public RoomMeter(Room room)
    {
        Level("members", "{member}", "Members in the room", figures => figures.Members);
        Level("sessions", "{member}", "Members that have a session", figures => figures.Sessions);
        Total("joins", "{member}", "Members that have joined since the room began", figures => figures.Joins);
        Total("lines", "{line}", "Lines ordered", figures => figures.Lines);
        Total("deliveries", "{line}", "Lines that members were to get, each counted once for each member that it was for", figures => figures.Deliveries);
        Total("skipped", "{line}", "Lines that members missed because they were too slow", figures => figures.Skipped);
        Total("received", "By", "Bytes taken from members", figures => figures.Received);
        Total("sent", "By", "Bytes sent to members", figures => figures.Sent);
        Level("window.usage", "By", "Bytes of lines that are kept for members that have not taken them yet", figures => figures.WindowUsage);
        Level("window.limit", "By", "Bytes of lines that are kept at most before senders are held back", figures => figures.WindowLimit);
        Level("unfinished", "By", "Bytes that the beginnings of unfinished lines take", figures => figures.Unfinished);
        Level("lag", "By", "Bytes by which the slowest member lags behind", figures => figures.Lag);
        _meter.CreateObservableCounter(
            "chatctl.evictions",
            () => room.Figures().Evictions.Select(eviction => new Measurement<long>(eviction.Value, new KeyValuePair<string, object?>("reason", Tag(eviction.Key)))),
            "{member}",
            "Members disconnected for a fault");

        void Total(string name, string unit, string description, Func<RoomFigures, long> figure) =>
            _meter.CreateObservableCounter($"chatctl.{name}", () => figure(room.Figures()), unit, description);

        void Level(string name, string unit, string description, Func<RoomFigures, long> figure) =>
            _meter.CreateObservableUpDownCounter($"chatctl.{name}", () => figure(room.Figures()), unit, description);
    }

    /// <summary>A reason as the value of a tag: <c>line_too_long</c>.</summary>
    /// <param name="reason">The reason.</param>
    public static string Tag(EvictionReason reason) =>
        string.Concat(reason.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
