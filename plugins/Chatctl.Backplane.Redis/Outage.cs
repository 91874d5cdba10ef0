using Microsoft.Extensions.Logging;

namespace Chatctl.Backplane.Redis;

/// <summary>
/// Tells in the log when the server is away and when it is back. The connections of a node share it, so that an outage is told once. Safe for use from any thread.
/// </summary>
/// <param name="address">The address for the log.</param>
/// <param name="logger">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class Outage(string address, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan BetweenReasons = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly HashSet<object> _away = [];
    private string? _reason;
    private long _told;

    /// <summary>A connection cannot be used for now.</summary>
    /// <param name="connection">Which one.</param>
    /// <param name="reason">The reason in words.</param>
    public void Begin(object connection, string reason)
    {
        lock (_gate)
        {
            bool isFirst = _away.Count == 0;
            _away.Add(connection);
            if (isFirst || (reason != _reason && time.GetElapsedTime(_told) >= BetweenReasons))
            {
                _reason = reason;
                _told = time.GetTimestamp();
                RedisMessages.Away(logger, address, reason);
            }
        }
    }

    /// <summary>A connection can be used.</summary>
    /// <param name="connection">Which one.</param>
    public void End(object connection)
    {
        lock (_gate)
        {
            if (_away.Remove(connection) && _away.Count == 0)
            {
                RedisMessages.Back(logger, address);
            }
        }
    }
}
