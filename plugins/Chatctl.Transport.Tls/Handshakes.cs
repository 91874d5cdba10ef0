using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Tls;

/// <summary>
/// The handshakes that are under way. A peer has a place in the room's limits meanwhile, and is no member. Each handshake has ten seconds. There are
/// at most <see cref="Most"/> at a time: for one more, the oldest has to go. So peers that never finish theirs keep nobody else out.
/// </summary>
/// <param name="credentials">What the server shows and demands now.</param>
/// <param name="logger">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class Handshakes(Func<Credentials> credentials, ILogger logger, TimeProvider time) : IDisposable
{
    /// <summary>How many there are at most.</summary>
    public const int Most = 512;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // How long a peer may take to read why it was refused.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly HandshakeLog _log = new(logger, time);
    private readonly Lock _gate = new();
    private readonly LinkedList<Attempt> _underWay = [];
    private int _leaving;
    private bool _hasEnded;

    /// <summary>Begins with a peer, and does not wait. On the thread that accepts.</summary>
    /// <param name="socket">The accepted socket. This takes it over.</param>
    /// <param name="reception">Gives places.</param>
    /// <param name="join">Takes over what the handshake has made. Called on another thread.</param>
    public void Begin(Socket socket, Reception reception, Action<Handshake> join)
    {
        if (reception.Reserve(socket, out System.Net.EndPoint? address) is not { } place)
        {
            return;
        }

        var attempt = new Attempt(new Handshake(socket, address), place, time);
        Attempt? oldest = null;
        lock (_gate)
        {
            // Who has to go stays in the list until it has gone, so that Dispose waits for it too.
            if (_underWay.Count - _leaving >= Most)
            {
                oldest = _underWay.First(one => !one.IsLeaving);
                oldest.IsLeaving = true;
                _leaving++;
            }

            _underWay.AddLast(attempt);
            attempt.Work = Task.Run(() => RunAsync(attempt, join));
        }

        oldest?.GiveUp($"its handshake was not done when {Most} others had begun after it");
    }

    /// <summary>Gives all of them up, and waits until they are gone. Nobody joins after that.</summary>
    public void Dispose()
    {
        Attempt[] left;
        lock (_gate)
        {
            _hasEnded = true;
            left = [.. _underWay];
        }

        Array.ForEach(left, attempt => attempt.GiveUp("the server stops"));
        Task.WaitAll(Array.ConvertAll(left, attempt => attempt.Work));
        _log.Dispose();
    }

    private async Task RunAsync(Attempt attempt, Action<Handshake> join)
    {
        Handshake handshake = attempt.Handshake;
        bool isDone = false;
        try
        {
            await handshake.RunAsync(credentials(), attempt.Token).ConfigureAwait(false);
            isDone = true;
            Tell(handshake);

            // Its place becomes that of the member.
            attempt.Place.Dispose();
            join(handshake);
        }
#pragma warning disable CA1031 // TLS fails in many ways on what a peer sends. Only this handshake fails, and the log says so.
        catch (Exception e)
        {
            Tell(attempt, e);
        }
#pragma warning restore CA1031

        if (!isDone)
        {
            await RefuseAsync(attempt).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _underWay.Remove(attempt);
            _leaving -= attempt.IsLeaving ? 1 : 0;
        }

        attempt.Dispose();
    }

    /// <summary>Ends the connection of a peer whose handshake has failed.</summary>
    private static async Task RefuseAsync(Attempt attempt)
    {
        Handshake handshake = attempt.Handshake;
        if (attempt.IsGivenUp || handshake.IsObjectedTo || handshake.Wire.BeginsWithHandshake != true)
        {
            // A peer that does not speak TLS, or does not look for close_notify, would take a FIN for its receipt.
            SocketTuning.CloseWithReset(handshake.Socket);
        }
        else
        {
            // TLS has an alert that says why. A close with unread bytes would reset the connection, and the peer might not get the alert.
            await handshake.Wire.CloseAsync(attempt.ExtendBy(LastWords)).ConfigureAwait(false);
        }

        handshake.Tls?.Dispose();
    }

    private void Tell(Handshake handshake)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            TlsMessages.HandshakeDone(
                logger, handshake.Client, $"{handshake.Tls.SslProtocol}", $"{handshake.Tls.NegotiatedCipherSuite}", handshake.Tls.TargetHostName is { Length: > 0 } name ? name : "-", handshake.Peer.Dialect ?? "-");
        }
    }

    private void Tell(Attempt attempt, Exception failure)
    {
        if (_hasEnded)
        {
            // Nobody has to know that the server has given it up.
        }
        else if (attempt.Handshake.Wire.BeginsWithHandshake is null && !attempt.IsGivenUp)
        {
            // Somebody has looked whether the door is open.
            SocketMessages.NotAccepted(logger, attempt.Handshake.Wire.Error is SocketError.Success ? SocketError.ConnectionAborted : attempt.Handshake.Wire.Error);
        }
        else
        {
            _log.Failed(
                attempt.Handshake.Client,
                attempt.GivenUpFor ?? (attempt.IsGivenUp ? $"it has not finished its handshake in {Patience.TotalSeconds} s" : attempt.Handshake.Explain(failure)));
        }
    }

    /// <summary>A handshake under way, its place in the room's limits, and its time.</summary>
    private sealed class Attempt(Handshake handshake, IDisposable place, TimeProvider time) : IDisposable
    {
        private readonly CancellationTokenSource _patience = new(Patience, time);

        public Handshake Handshake => handshake;

        public IDisposable Place => place;

        /// <summary>Whether it has to go for another. Under the lock.</summary>
        public bool IsLeaving { get; set; }

        public CancellationToken Token => _patience.Token;

        /// <summary>Whether its time was over, or it had to go.</summary>
        public bool IsGivenUp => _patience.IsCancellationRequested;

        /// <summary>Why it had to go; null if it did not.</summary>
        public string? GivenUpFor { get; private set; }

        /// <summary>Set before another thread can know the attempt.</summary>
        public Task Work { get; set; } = Task.CompletedTask;

        public void GiveUp(string reason)
        {
            GivenUpFor = reason;
            try
            {
                _patience.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended meanwhile.
            }
        }

        /// <summary>Gives it some time after a failure.</summary>
        public CancellationToken ExtendBy(TimeSpan more)
        {
            _patience.CancelAfter(more);
            return _patience.Token;
        }

        public void Dispose()
        {
            place.Dispose();
            _patience.Dispose();
        }
    }
}
