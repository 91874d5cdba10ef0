using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Cli;
using Chatctl.Connect.Printing;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Runs both pumps over one connection, or with <c>--retry</c> over several, and judges how it ended.</summary>
/// <remarks>
/// With <c>--retry</c>, another connection follows one that ends before the peer was asked for its confirmation. It does not matter whether
/// that one was reset or the peer ended it. No other connection follows if too many in a row ended in the middle of the same line, or if
/// nothing got through for too long (see <see cref="RetryPolicy"/>). Once the peer was asked, there is nothing left to send over another
/// connection, so the client ends with that connection. A client that has as many lines as it wanted needs no other connection either.
/// </remarks>
/// <param name="endpoint">The peer, as the user named it.</param>
/// <param name="local">The user's side.</param>
/// <param name="options">What to do with the two directions.</param>
internal sealed class Client(Endpoint endpoint, LocalStreams local, ClientOptions options)
{
    private readonly OutboundPump _outbound = new(local, options);

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code of an end at which nothing was lost.</returns>
    /// <exception cref="ConnectionException">There is no connection, or the peer cut it, or the peer did not confirm what was sent.</exception>
    /// <exception cref="OutputGoneException">Nobody reads standard output any more.</exception>
    /// <exception cref="IOException">Standard input or output failed.</exception>
    public int Run()
    {
        var watch = new OutputWatch(options.Prints ? local.WatchedDescriptor : -1);

        // If the rest of a line never comes, its beginning must not be joined to the first line of another connection.
        WholeLines? whole = options.Retries ? new WholeLines(local.Output, options.Terminator, "--retry") : null;
        var inbound = new InboundPump(whole ?? local.Output, watch, options);
        var reconnection = new Reconnection(endpoint, options, watch, TimeProvider.System);
        Action? greet = local.Greet;
        while (reconnection.Next(_outbound) is { } socket)
        {
            // The last connection is not disposed: the sending side may still use it, and the process ends soon.
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
                return Conclude(null, $"{fault} {OutboundPump.MostCuts} times in a row in the middle of the line that begins with \"{beginning}\"; gave up", inbound);
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

    /// <summary>Says that so many bytes may not have been delivered, as the end of a sentence.</summary>
    /// <param name="bytes">How many. For 0 it says nothing.</param>
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

        // If this side closed now and more had arrived, the close would become a reset, and what was sent could be lost. So it waits for
        // the peer's confirmation.
        new Thread(connection.AwaitReceipt) { IsBackground = true, Name = "receipt" }.Start();
        return inbound.Discard(connection);
    }

    /// <summary>What was wrong with the way a connection ended; null if it ended in order. It may still have ended too early.</summary>
    private string? Fault(Connection connection, InboundEnd end, SocketError failure)
    {
        if (connection.IsOverdue)
        {
            string patience = options.DrainTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return connection.IsAsked ? $"{endpoint} was silent for {patience} s and did not confirm the end of input"
                : connection.WasHeldBack ? $"{endpoint} took nothing for {patience} s"
                : $"standard input did not end its line within {patience} s";
        }

        if (end == InboundEnd.Failed)
        {
            return failure == SocketError.ConnectionReset
                ? $"{endpoint} reset the connection"
                : $"the connection to {endpoint} failed: {new SocketException((int)failure).Message}";
        }

        // The system reports an error only once, and the sending side may have got it. A send that is under way will have it in a moment.
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

    /// <summary>Judges the whole run.</summary>
    /// <param name="connection">The last connection if it is still attached, or null.</param>
    /// <param name="fault">What was wrong with the way it ended, or null.</param>
    /// <param name="inbound">Knows what has arrived.</param>
    /// <returns>The exit code.</returns>
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

        // A person who sees both sides knows how far the conversation got. Only a pipeline must be told that its end is in doubt.
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
            : throw new ConnectionException($"{endpoint} closed the connection after {options.Count - inbound.Wanted} of {options.Count} lines");
    }
}
