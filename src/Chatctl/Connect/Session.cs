using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Cli;
using Chatctl.Connect.Printing;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>From the first connection to the last, mostly the same one: both pumps, and the judgement on how it ended.</summary>
/// <remarks>
/// With <c>--retry</c>, a connection that ends although nobody has asked the peer for its confirmation is followed by another, be it cut or
/// ended by the peer; but not if too many in a row have ended in the middle of the same line, or if nothing has got through for too long
/// (see <see cref="RetryPolicy"/>). Once the peer was asked there is nothing left to say over another connection, so however that ends is
/// the end; and as many lines as were wanted are enough, whatever becomes of the connection that they came over.
/// </remarks>
/// <param name="endpoint">What the user calls the peer.</param>
/// <param name="local">The user's side.</param>
/// <param name="options">What to do with the two directions.</param>
internal sealed class Session(Endpoint endpoint, LocalStreams local, SessionOptions options)
{
    private readonly OutboundPump _outbound = new(local, options);

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code of an ending at which nothing was lost.</returns>
    /// <exception cref="ConnectionException">There is no connection, or the peer has cut it, or not confirmed what was sent.</exception>
    /// <exception cref="OutputGoneException">Nobody reads standard output any more.</exception>
    /// <exception cref="IOException">Standard input or output failed.</exception>
    public int Run()
    {
        var watch = new OutputWatch(options.Prints ? local.WatchedDescriptor : -1);

        // The beginning of a line whose rest never comes must not run into the first line of another connection.
        WholeLines? whole = options.Retries ? new WholeLines(local.Output, options.Terminator, "--retry") : null;
        var inbound = new InboundPump(whole ?? local.Output, watch, options);
        var reconnection = new Reconnection(endpoint, options, watch, TimeProvider.System);
        Action? greet = local.Greet;
        while (reconnection.Next(_outbound) is { } socket)
        {
            // The last one is not disposed: the sending side may be using it still, and the process ends soon.
            var connection = new Connection(socket, options.DrainTimeout);
            if (options.IsVerbose)
            {
                // A connection that was already reset has no remote address to show.
                StandardStreams.Diagnose($"connected to {(socket.RemoteEndPoint is { } peer ? Endpoint.ToUrl(peer) : endpoint)}");
            }

            greet?.Invoke();
            greet = null;
            if (options.Sends)
            {
                _outbound.Attach(connection);
            }

            InboundEnd end = Receive(connection, inbound);
            if (end == InboundEnd.Enough)
            {
                return Conclude(null, null, inbound);
            }

            string? fault = Fault(connection, end, inbound.Failure);
            if (!options.Retries || connection.IsAsked || _outbound.IsOver || inbound.Wanted == 0)
            {
                whole?.Flush();
                local.Output.Flush();
                return Conclude(connection, fault, inbound);
            }

            whole!.Forget();
            long lost = _outbound.Detach(connection);
            fault ??= $"{endpoint} closed the connection";
            if (connection.IsAsked || _outbound.IsOver)
            {
                return Conclude(null, fault, inbound);
            }

            if (_outbound.FatalLine is { } beginning)
            {
                return Conclude(null, $"{fault} {OutboundPump.MostCuts} times running in the middle of the line that begins with \"{beginning}\"; gave up", inbound);
            }

            if (!reconnection.GoesOnAfterLoss(options.Prints && connection.HasReceivedLine, lost > 0))
            {
                return Conclude(null, $"{fault}; gave up", inbound);
            }

            connection.Dispose();
            StandardStreams.Diagnose($"{fault}{InDoubt(lost)}; reconnecting");
        }

        return Conclude(null, null, inbound);
    }

    /// <summary>So many bytes may not have been delivered, as the end of a sentence.</summary>
    /// <param name="bytes">How many; nothing is said of none.</param>
    public static string InDoubt(long bytes) => bytes switch
    {
        0 => "",
        1 => "; 1 byte may not have been delivered",
        _ => $"; {bytes} bytes may not have been delivered",
    };

    private InboundEnd Receive(Connection connection, InboundPump inbound)
    {
        if (!options.Prints)
        {
            return inbound.Discard(connection);
        }

        InboundEnd end = inbound.Print(connection);
        if (end != InboundEnd.Enough || !_outbound.Stop(connection))
        {
            return end;
        }

        // To leave now would reset the connection if more has arrived, and lose what was sent: part from the peer properly.
        new Thread(connection.AwaitReceipt) { IsBackground = true, Name = "receipt" }.Start();
        return inbound.Discard(connection);
    }

    /// <summary>What was wrong with the end of a connection; null if it was as it should be, which is not to say that it was the time for it.</summary>
    private string? Fault(Connection connection, InboundEnd end, SocketError failure)
    {
        if (connection.IsOverdue)
        {
            string patience = options.DrainTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return connection.IsAsked ? $"{endpoint} has not confirmed the end of input for {patience} s"
                : connection.WasHeldBack ? $"{endpoint} has taken nothing for {patience} s"
                : $"standard input has not ended its line for {patience} s";
        }

        if (end == InboundEnd.Failed)
        {
            return failure == SocketError.ConnectionReset
                ? $"{endpoint} reset the connection"
                : $"the connection to {endpoint} failed: {new SocketException((int)failure).Message}";
        }

        // An error is told once, and the sending side may have been the one. It is about to say so, if it is in the middle of it.
        if (connection.IsDead)
        {
            _outbound.AwaitSend();
        }

        return connection.SendError switch
        {
            0 or Libc.EPIPE => null,
            var error when error == Libc.ECONNRESET => $"{endpoint} reset the connection",
            var error => $"the connection to {endpoint} failed: {Marshal.GetPInvokeErrorMessage(error)}",
        };
    }

    /// <param name="connection">The last one, if it is still attached.</param>
    /// <param name="fault">What was wrong with its end.</param>
    /// <param name="inbound">What has arrived.</param>
    private int Conclude(Connection? connection, string? fault, InboundPump inbound)
    {
        if (_outbound.InputFailure is { } failure)
        {
            throw failure;
        }

        bool isConfirmed = fault is null && connection is { IsConfirmedByFin: true };
        string doubt = InDoubt(_outbound.Doubt(isConfirmed ? null : connection));
        if (fault is not null)
        {
            throw new ConnectionException(fault + doubt);
        }

        // A person who sees both sides knows how far the conversation got; only a pipeline needs to be told that its end is in doubt.
        if (doubt.Length > 0 && !(local.IsConversation && StandardStreams.OutputIsTerminal))
        {
            throw new ConnectionException(isConfirmed || connection is null
                ? $"a connection to {endpoint} was lost{doubt}"
                : $"{endpoint} closed the connection before confirming{doubt}");
        }

        if (_outbound.HasNothingToDo)
        {
            return ExitCode.Done;
        }

        // A client that only sends has not sent all of its input yet, and one with a message has not even read it. Any other client may be
        // there to listen, so the server may end the connection.
        if ((!options.Prints || local.IsGiven) && !_outbound.IsOver)
        {
            throw new ConnectionException($"{endpoint} closed the connection before {(local.IsGiven ? "the message was sent" : "the end of standard input")}");
        }

        if (!isConfirmed && inbound.Wanted != 0 && inbound.IsMidLine)
        {
            throw new ConnectionException($"{endpoint} closed the connection in the middle of a line");
        }

        return inbound.Wanted is 0 or null
            ? ExitCode.Done
            : throw new ConnectionException($"{endpoint} closed the connection when {options.Count - inbound.Wanted} of {options.Count} lines had arrived");
    }
}
