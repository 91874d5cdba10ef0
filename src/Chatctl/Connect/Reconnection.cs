using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// Makes the connections of a client: one, or with <c>--retry</c> as many as it needs. Reports changes of the state, and not every
/// attempt.
/// </summary>
/// <param name="endpoint">Where to connect to.</param>
/// <param name="options">How long each attempt may take, and all of them.</param>
/// <param name="watch">Watches the output while there is no connection.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class Reconnection(Endpoint endpoint, ClientOptions options, OutputWatch watch, TimeProvider clock)
{
    // A pause looks this often whether a connection is still needed.
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(1);

    // One attempt may take this long if the user set no limit.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RetryPolicy _policy = new(options.RetryFor ?? TimeSpan.Zero, new Backoff(Random.Shared), clock);
    private bool _wasConnected;

    /// <summary>Connects.</summary>
    /// <param name="outbound">Knows whether a connection is still needed.</param>
    /// <returns>A connected wire; null if no connection is needed any more.</returns>
    /// <exception cref="ConnectionException">It cannot connect, and has tried for as long as it should.</exception>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public Wire? Next(OutboundPump outbound)
    {
        if (!options.Retries)
        {
            return Dial(options.ConnectTimeout);
        }

        bool isTold = _wasConnected;
        if (_wasConnected && !Pause(outbound))
        {
            return null;
        }

        while (true)
        {
            TimeSpan left = _policy.Left;
            TimeSpan patience = options.ConnectTimeout > TimeSpan.Zero ? options.ConnectTimeout : Patience;
            try
            {
                Wire wire = Dial(left < patience ? TimeSpan.FromTicks(Math.Max(left.Ticks, TimeSpan.TicksPerMillisecond)) : patience);
                _policy.Connected();
                Announce(isTold);
                return wire;
            }
            catch (ConnectionException e)
            {
                if (e.IsHopeless || _policy.Left == TimeSpan.Zero)
                {
                    throw new ConnectionException($"{e.Message}{(e.IsHopeless ? "" : "; gave up")}{outbound.Doubt(null, isConfirmed: false)}", e);
                }

                if (!isTold)
                {
                    isTold = true;
                    StandardStreams.Diagnose($"{e.Message}; retrying");
                }
            }

            if (!Pause(outbound))
            {
                return null;
            }
        }
    }

    /// <inheritdoc cref="RetryPolicy.Lost"/>
    /// <returns>Whether to go on; false if the time that the user gave has passed.</returns>
    public bool GoesOnAfterLoss(bool hasReceived, bool hasSent)
    {
        _policy.Lost(hasReceived, hasSent);
        return _policy.Left > TimeSpan.Zero;
    }

    private Wire Dial(TimeSpan patience) => Dialer.Dial(endpoint, patience, watch, options.Tls, options.Session is not null);

    private void Announce(bool isTold)
    {
        if (isTold)
        {
            StandardStreams.Diagnose(!_wasConnected ? $"connected to {endpoint}"
                // A session knows whether lines were missed.
                : options.Prints && options.Session is null ? $"connected to {endpoint} again; lines may have been missed"
                : $"connected to {endpoint} again");
        }

        _wasConnected = true;
    }

    /// <returns>False if no connection is needed any more.</returns>
    private bool Pause(OutboundPump outbound)
    {
        TimeSpan pause = _policy.NextPause();
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
