using Chatctl.Cli;
using Chatctl.Connect.Sessions;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Runs both pumps over one connection, or with <c>--retry</c> over several. <see cref="Judge"/> says how it ended.</summary>
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
    private readonly Judge _judge;

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

        _judge = new Judge(endpoint, local, options, _outbound, _reception);
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
        while (reconnection.Next(_outbound) is { } wire)
        {
            // The last connection is not disposed: the sending side may still use it, and the process ends soon.
            var connection = new Connection(wire, _options.DrainTimeout);
            if (_options.IsVerbose)
            {
                StandardStreams.Diagnose($"connected to {wire.Describe(_endpoint)}");
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
                wire.Leave();
                return _judge.Conclude(null, null);
            }

            string? reason = _reception.Fault();
            string? fault = _judge.Fault(connection, end, inbound.Failure) ?? reason;
            if (!_options.Retries || IsLast(connection) || wire.IsHopeless)
            {
                // The receipt is missing, but the acks have said all of it.
                fault = connection.IsAsked && _outbound.IsAcknowledged ? null : fault;
                if (_judge.IsConfirmed(connection, fault))
                {
                    _reception.Confirm();
                }

                _reception.Finish();
                if (fault is null)
                {
                    wire.Leave();
                }

                return _judge.Conclude(connection, fault);
            }

            _reception.Lose();
            Loss loss = _outbound.Detach(connection);
            fault ??= $"{_endpoint} closed the connection";
            if (IsLast(connection))
            {
                return _judge.Conclude(null, _outbound.IsAcknowledged ? null : fault);
            }

            if (_outbound.FatalLine is { } beginning)
            {
                return _judge.Conclude(null, $"{fault} {Outbox.MostCuts} times in a row in the middle of the line that begins with \"{beginning}\"; gave up");
            }

            if (!reconnection.GoesOnAfterLoss(_reception.HasProgress, loss.HasSent))
            {
                return _judge.Conclude(null, $"{fault}; gave up");
            }

            connection.Dispose();
            StandardStreams.Diagnose($"{fault}{loss.Doubt}; reconnecting");
        }

        return _judge.Conclude(null, null);
    }

    /// <summary>Whether there is nothing left that another connection could do.</summary>
    /// <param name="connection">The connection that has ended.</param>
    private bool IsLast(Connection connection) =>
        _outbound.IsOver || ((connection.IsAsked || _reception.Wanted == 0) && !_outbound.SendsAgain);

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
}
