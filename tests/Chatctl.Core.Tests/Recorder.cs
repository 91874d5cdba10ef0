using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Tests;

/// <summary>A logger that keeps the name of each event, and its first value if that is a number.</summary>
internal sealed class Recorder(List<string> events) : ILogger<Room>
{
    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        events.Add($"{eventId.Name} {((IReadOnlyList<KeyValuePair<string, object?>>)state!)[0].Value as long?}".TrimEnd());

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
