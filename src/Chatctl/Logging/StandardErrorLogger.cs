using Chatctl.Io;
using Microsoft.Extensions.Logging;

namespace Chatctl.Logging;

/// <summary>The log of a running server: a line each on standard error, in the form that every other diagnostic has.</summary>
/// <param name="least">The least important level that is shown.</param>
internal sealed class StandardErrorLogger(LogLevel least) : ILoggerFactory, ILogger
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            string importance = logLevel switch { LogLevel.Warning => "warning: ", >= LogLevel.Error => "error: ", _ => "" };
            StandardStreams.Diagnose(importance + formatter(state, exception));
        }
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is one log, on standard error");

    /// <inheritdoc/>
    public void Dispose()
    {
        // Standard error is the process's.
    }
}
