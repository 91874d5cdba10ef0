using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Cli;
using Chatctl.Connect.Sessions;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Runs both pumps over one connection, or with <c>--retry</c> over several, and judges how it ended.</summary>
/// <remarks>
/// With <c>--retry</c>, another connection follows one that ends while there is something left to do: to send, to send again, or to receive. It
/// does not matter whether that one was reset or the peer ended it. No other connection follows if too many in a row ended in the middle of
/// the same line, or if nothing got through for too long (see <see cref="RetryPolicy"/>). A plain member sends nothing again, so once it has
/// asked for its confirmation, it ends with that connection. A client that has as many lines as it wanted receives no more.
/// </remarks>
internal sealed class Client
{
    private readonly Endpoint _endpoint;
    private readonly LocalStreams _local;
    private readonly ClientOptions _options;
    private readonly OutboundPump _outbound;
    private readonly IReception _reception;

    /// <param name="endpoint">The peer, as the user named it.</param>
    /// <param name="local">The user's side.</param>
    /// <param name="options">What to do with the two directions.</param>
    public Client(Endpoint endpoint, LocalStreams local, ClientOptions options)
    {
        (_endpoint, _local, _options) = (endpoint, local, options);

        // The one place where a session and a plain member part.
        if (options.Session is { } session)
        {
            var outbox = new LineOutbox(options.Terminator);
            _outbound = new OutboundPump(local, options, outbox);
            _reception = new SessionReception(endpoint.ToString(), session, local, options, outbox, _outbound.Assist);
        }
        else
        {
            _outbound = new OutboundPump(local, options, new Outbox(options.Terminator, keepsLine: options.Retries));
            _reception = new PlainReception(local.Output, options);
        }
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code of an end at which nothing was lost.</returns>
    /// <exception cref="ConnectionException">There is no connection, or the peer cut it, or the peer did not confirm what was sent.</exception>
    /// <exception cref="OutputGoneException">Nobody reads standard output any more.</exception>
    /// <exception cref="IOException">Standard input or output failed.</exception>
    public int Run()
    {
        int code;
        try
        {
            code = Converse();
        }
        catch
        {
            // Whatever the end is, what was printed was printed.
            CloseAfterFailure();
            throw;
        }

        _reception.Close();
        return code;
    }

    private void CloseAfterFailure()
    {
        try
        {
            _reception.Close();
        }
        catch (IOException)
        {
            // The first failure is the one to tell.
        }
    }

    private int Converse()
    {
        var watch = new OutputWatch(_options.Prints ? _local.WatchedDescriptor : -1);
        var inbound = new InboundPump(_reception, watch);
        var reconnection = new Reconnection(_endpoint, _options, watch, TimeProvider.System);
        bool isGreeted = false;
        while (reconnection.Next(_outbound) is { } socket)
        {
            // The last connection is not disposed: the sending side may still use it, and the process ends soon.
            var connection = new Connection(socket, _options.DrainTimeout);
            if (_options.IsVerbose)
            {
                // A connection that was already reset has no remote address to show.
                StandardStreams.Diagnose($"connected to {(socket.RemoteEndPoint is { } peer ? Endpoint.ToUrl(peer) : _endpoint)}");
            }

            _reception.Begin(connection, () =>
            {
                if (!isGreeted)
                {
                    _local.Greet?.Invoke();
                    isGreeted = true;
                }

                if (_options.Sends)
                {
                    _outbound.Attach(connection);
                }
            });
            InboundEnd end = Receive(connection, inbound);
            if (end == InboundEnd.Enough)
            {
                return Conclude(null, null);
            }

            string? reason = _reception.Fault();
            string? fault = Fault(connection, end, inbound.Failure) ?? reason;
            if (!_options.Retries || IsLast(connection, fault))
            {
                // The receipt is missing, but the acks have said all of it.
                fault = connection.IsAsked && _outbound.IsAcknowledged ? null : fault;
                _reception.Finish();
                return Conclude(connection, fault);
            }

            _reception.Lose();
            Loss loss = _outbound.Detach(connection);
            fault ??= $"{_endpoint} closed the connection";
            if (IsLast(connection, fault))
            {
                return Conclude(null, _outbound.IsAcknowledged ? null : fault);
            }

            if (_outbound.FatalLine is { } beginning)
            {
                return Conclude(null, $"{fault} {Outbox.MostCuts} times in a row in the middle of the line that begins with \"{beginning}\"; gave up");
            }

            if (!reconnection.GoesOnAfterLoss(_reception.HasProgress, loss.HasSent))
            {
                return Conclude(null, $"{fault}; gave up");
            }

            connection.Dispose();
            StandardStreams.Diagnose($"{fault}{loss.Doubt}; reconnecting");
        }

        return Conclude(null, null);
    }

    /// <summary>Whether there is nothing left that another connection could do.</summary>
    /// <param name="connection">The connection that has ended.</param>
    /// <param name="fault">What was wrong with the way it ended, or null.</param>
    private bool IsLast(Connection connection, string? fault) =>
        _outbound.IsOver || ((connection.IsAsked || _reception.Wanted == 0) && (IsConfirmed(connection, fault) || !_outbound.SendsAgain));

    private static bool IsConfirmed(Connection? connection, string? fault) => fault is null && connection is { IsConfirmedByFin: true };

    private InboundEnd Receive(Connection connection, InboundPump inbound)
    {
        InboundEnd end = inbound.Receive(connection);
        if (end != InboundEnd.Enough || !_outbound.Stop(connection))
        {
            return end;
        }

        // If this side closed now and more had arrived, the close would become a reset, and what was sent could be lost. So it waits for
        // the peer's confirmation.
        new Thread(connection.AwaitReceipt) { IsBackground = true, Name = "receipt" }.Start();
        return inbound.Drain(connection);
    }

    /// <summary>What was wrong with the way a connection ended; null if it ended in order. It may still have ended too early.</summary>
    private string? Fault(Connection connection, InboundEnd end, SocketError failure)
    {
        if (connection.IsOverdue)
        {
            string patience = _options.DrainTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return connection.IsAsked ? $"{_endpoint} was silent for {patience} s and did not confirm the end of input"
                : connection.WasHeldBack ? $"{_endpoint} took nothing for {patience} s"
                : $"standard input did not end its line within {patience} s";
        }

        if (end == InboundEnd.Failed)
        {
            return failure == SocketError.ConnectionReset
                ? $"{_endpoint} reset the connection"
                : $"the connection to {_endpoint} failed: {new SocketException((int)failure).Message}";
        }

        // The system reports an error only once, and the sending side may have got it. A send that is under way will have it in a moment.
        if (connection.IsDead)
        {
            _outbound.AwaitSend();
        }

        return connection.SendError switch
        {
            0 or Libc.EPIPE => null,
            var error when error == Libc.ECONNRESET => $"{_endpoint} reset the connection",
            var error => $"the connection to {_endpoint} failed: {Marshal.GetPInvokeErrorMessage(error)}",
        };
    }

    /// <summary>Judges the whole run.</summary>
    /// <param name="connection">The last connection if it is still attached, or null.</param>
    /// <param name="fault">What was wrong with the way it ended, or null.</param>
    /// <returns>The exit code.</returns>
    private int Conclude(Connection? connection, string? fault)
    {
        if (_outbound.InputFailure is { } failure)
        {
            throw failure;
        }

        bool isConfirmed = IsConfirmed(connection, fault);
        string doubt = _outbound.Doubt(connection, isConfirmed);
        if (fault is not null)
        {
            throw new ConnectionException(fault + doubt);
        }

        // A person who sees both sides knows how far the conversation got. Only a pipeline must be told that its end is in doubt.
        if (doubt.Length > 0 && !(_local.IsConversation && StandardStreams.OutputIsTerminal))
        {
            throw new ConnectionException(isConfirmed || connection is null
                ? $"a connection to {_endpoint} was lost{doubt}"
                : $"{_endpoint} closed the connection before confirming{doubt}");
        }

        if (_reception.Objection is { } objection)
        {
            throw new ConnectionException(objection);
        }

        if (_outbound.HasNothingToDo)
        {
            return ExitCode.Done;
        }

        // A client that only sends has not sent all of its input yet, and one with a message has not even read it. Any other client may be
        // there to listen, so the server may end the connection.
        if ((!_options.Prints || _local.IsGiven) && !_outbound.IsOver)
        {
            throw new ConnectionException($"{_endpoint} closed the connection before {(_local.IsGiven ? "the message was sent" : "the end of standard input")}");
        }

        if (!isConfirmed && _reception.Wanted != 0 && _reception.IsMidLine)
        {
            throw new ConnectionException($"{_endpoint} closed the connection in the middle of a line");
        }

        return _reception.Wanted is 0 or null
            ? ExitCode.Done
            : throw new ConnectionException($"{_endpoint} closed the connection after {_options.Count - _reception.Wanted} of {_options.Count} lines");
    }
}
