using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Gets a session its connections: with <c>--retry</c> as many as it takes. Says when the state changes, not at every attempt.</summary>
/// <param name="endpoint">Where to.</param>
/// <param name="options">How long each attempt may take, and all of them.</param>
/// <param name="watch">Keeps an eye on the output while there is no connection.</param>
/// <param name="clock">Measures.</param>
internal sealed class Reconnection(Endpoint endpoint, SessionOptions options, OutputWatch watch, TimeProvider clock)
{
    // How soon it is noticed that a connection is not needed any more, and how long a system may try that was not told how long.
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(30);

    private readonly Backoff _backoff = new(Random.Shared);
    private TimeSpan _delay;
    private long _connectedAt;
    private bool _wasConnected;

    /// <summary>Connects.</summary>
    /// <param name="outbound">Knows whether a connection is still needed.</param>
    /// <returns>A connected socket; null if it is not needed any more.</returns>
    /// <exception cref="ConnectionException">It cannot, or could not for as long as it was to try.</exception>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public Socket? Next(OutboundPump outbound)
    {
        if (options.RetryFor is not { } limit)
        {
            return Dialer.Dial(endpoint, options.ConnectTimeout, watch);
        }

        long begun = clock.GetTimestamp();
        bool isLimited = limit != Timeout.InfiniteTimeSpan;
        bool isTold = _wasConnected;
        if (_wasConnected)
        {
            // A server that takes connections and drops them is not there again: only one that has held starts the delays anew.
            if (clock.GetElapsedTime(_connectedAt) > _delay)
            {
                _backoff.Reset();
            }

            if (!Pause(outbound))
            {
                return null;
            }
        }

        while (true)
        {
            TimeSpan left = limit - clock.GetElapsedTime(begun);
            TimeSpan patience = options.ConnectTimeout > TimeSpan.Zero ? options.ConnectTimeout : Patience;
            try
            {
                Socket socket = Dialer.Dial(endpoint, isLimited && left < patience ? TimeSpan.FromTicks(Math.Max(left.Ticks, TimeSpan.TicksPerMillisecond)) : patience, watch);
                Announce(isTold);
                return socket;
            }
            catch (ConnectionException e)
            {
                if (isLimited && clock.GetElapsedTime(begun) >= limit)
                {
                    throw new ConnectionException($"{e.Message}; gave up{Session.InDoubt(outbound.Doubt(null))}", e);
                }

                if (!isTold)
                {
                    isTold = true;
                    StandardStreams.Diagnose($"{e.Message}; retrying");
                }
            }

            if (!Pause(outbound, isLimited ? limit - clock.GetElapsedTime(begun) : TimeSpan.MaxValue))
            {
                return null;
            }
        }
    }

    private void Announce(bool isTold)
    {
        if (isTold)
        {
            StandardStreams.Diagnose(!_wasConnected ? $"connected to {endpoint}"
                : options.Prints ? $"connected to {endpoint} again; lines may have been missed"
                : $"connected to {endpoint} again");
        }

        _wasConnected = true;
        _connectedAt = clock.GetTimestamp();
    }

    /// <returns>False if a connection is not needed any more.</returns>
    private bool Pause(OutboundPump outbound, TimeSpan? most = null)
    {
        _delay = _backoff.Next();
        TimeSpan pause = most < _delay ? most.Value : _delay;
        long begun = clock.GetTimestamp();
        while (!outbound.IsOver)
        {
            TimeSpan left = pause - clock.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            watch.Sleep(left < Nap ? left + TimeSpan.FromMilliseconds(1) : Nap);
        }

        return false;
    }
}
