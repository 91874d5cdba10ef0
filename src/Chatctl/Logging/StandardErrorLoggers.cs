using Chatctl.Io;
using Microsoft.Extensions.Logging;

namespace Chatctl.Logging;

/// <summary>The log of a running server: a line for each event on standard error. A slow, full or closed standard error never holds the server up.</summary>
/// <remarks>Safe for use from any thread. Dispose it last: the disposal waits up to a second until the queued lines are written.</remarks>
internal sealed class StandardErrorLoggers : ILoggerFactory
{
    /// <summary>The event that stands in the place of missing lines.</summary>
    public static readonly EventId LinesLost = new(301, nameof(LinesLost));

    /// <summary>The text of that event.</summary>
    public const string LinesLostMessage = "lines of the log that are missing here, because no reader took them: {Count}";

    private readonly LogLevel _least;
    private readonly LogFormat _format;
    private readonly TimeProvider _time;
    private readonly LogQueue _queue;

    /// <summary>Opens the log. Its thread starts with the first line.</summary>
    /// <param name="least">The least important level that is shown.</param>
    /// <param name="format">The format of the lines.</param>
    /// <param name="time">The clock for lines with a time.</param>
    public StandardErrorLoggers(LogLevel least, LogFormat format, TimeProvider time)
    {
        _least = least;
        _format = format;
        _time = time;
        _queue = new LogQueue(StandardStreams.Error.Write, Lost);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName, _least);

    /// <summary>A logger whose lines are shown at every level, because the user has asked for them.</summary>
    /// <param name="categoryName">The category of the answers.</param>
    public ILogger CreateAnsweringLogger(string categoryName) => new Logger(this, categoryName, LogLevel.Trace);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is one log, on standard error");

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private byte[] Lost(long count) => Line(
        LogLevel.Warning, typeof(LogQueue).FullName!, LinesLost, LinesLostMessage.Replace("{Count}", $"{count}", StringComparison.Ordinal),
        new KeyValuePair<string, object?>[] { new("Count", count) }, null);

    private byte[] Line(LogLevel level, string category, EventId id, string message, object? state, Exception? exception) => _format == LogFormat.Text
        ? LogLine.Text(level, message)
        : LogLine.Json(_time.GetUtcNow(), level, category, id, message, state, exception);

    private sealed class Logger(StandardErrorLoggers loggers, string category, LogLevel least) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                loggers._queue.Add(loggers.Line(logLevel, category, eventId, formatter(state, exception), state, exception));
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
