using Microsoft.Extensions.Logging;

namespace Chatctl.Conformance.Tests;

/// <summary>A log that keeps its lines for a test.</summary>
internal sealed class Listing : ILogger
{
    public List<(LogLevel Level, string Text)> Lines { get; } = [];

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add((logLevel, formatter(state, exception)));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
