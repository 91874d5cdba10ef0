using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Tls;

/// <summary>Logs handshakes that have failed, at most once a second: anybody who reaches the server can make them fail.</summary>
/// <remarks>Safe for use from any thread.</remarks>
/// <param name="logger">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class HandshakeLog(ILogger logger, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ITimer? _quiet;
    private long _untold;
    private (string Client, string Reason) _last;

    /// <summary>Tells of a failure now, or with others when the second is over.</summary>
    /// <param name="client">The peer.</param>
    /// <param name="reason">Why, as a sentence about the peer.</param>
    public void Failed(string client, string reason)
    {
        lock (_gate)
        {
            if (_quiet is not null)
            {
                _untold++;
                _last = (client, reason);
                return;
            }

            _quiet = time.CreateTimer(_ => TellRest(), null, Period, Period);
        }

        TlsMessages.HandshakeFailed(logger, client, reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _quiet?.Dispose();
        }

        TellRest();
    }

    private void TellRest()
    {
        long count;
        (string Client, string Reason) last;
        lock (_gate)
        {
            (count, last) = (_untold, _last);
            _untold = 0;
            if (count == 0)
            {
                _quiet?.Dispose();
                _quiet = null;
            }
        }

        if (count > 0)
        {
            TlsMessages.HandshakesFailed(logger, count, last.Client, last.Reason);
        }
    }
}
