using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Judges how a connection ended, and at the end the whole run: whether anything was lost, or may have been.</summary>
/// <param name="endpoint">The peer, for messages.</param>
/// <param name="local">The user's side.</param>
/// <param name="options">What the user wanted.</param>
/// <param name="outbound">Knows what was sent.</param>
/// <param name="reception">Knows what arrived.</param>
internal sealed class Judge(Endpoint endpoint, LocalStreams local, ClientOptions options, OutboundPump outbound, IReception reception)
{
    /// <summary>
    /// Whether the peer has everything that a connection got: its FIN confirms that. In a session the acks come before it. If one is missing, something
    /// else has ended the connection: a forwarder, or over a Unix socket the death of the server.
    /// </summary>
    /// <param name="connection">A connection that has ended, or null.</param>
    /// <param name="fault">What was wrong with the way it ended, or null.</param>
    public bool IsConfirmed(Connection? connection, string? fault) => fault is null && connection is { IsConfirmedByFin: true } && !outbound.SendsAgain;

    /// <summary>What was wrong with the way a connection ended; null if it ended in order. It may still have ended too early.</summary>
    /// <param name="connection">The connection that has ended.</param>
    /// <param name="end">How the receiving side saw it end.</param>
    /// <param name="failure">How it failed, if it did.</param>
    public string? Fault(Connection connection, InboundEnd end, SocketError failure)
    {
        if (connection.IsOverdue)
        {
            string patience = options.DrainTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return connection.IsAsked ? $"{endpoint} was silent for {patience} s and did not confirm the end of input"
                : connection.WasHeldBack ? $"{endpoint} took nothing for {patience} s"
                : $"standard input did not end its line within {patience} s";
        }

        if (connection.Wire.Trouble is { } trouble)
        {
            return $"{endpoint} {trouble}";
        }

        if (end == InboundEnd.Failed && !connection.Wire.IsCut)
        {
            return failure == SocketError.ConnectionReset
                ? $"{endpoint} reset the connection"
                : $"the connection to {endpoint} failed: {new SocketException((int)failure).Message}";
        }

        // The system reports an error only once, and the sending side may have got it. A send that is under way will have it in a moment.
        if (connection.IsDead)
        {
            outbound.AwaitSend();
        }

        return connection.SendError switch
        {
            0 or Libc.EPIPE => connection.Wire.IsCut ? $"{endpoint} ended the connection without an end in TLS (close_notify): it died, or somebody has cut the connection" : null,
            var error when error == Libc.ECONNRESET => $"{endpoint} reset the connection",
            var error => $"the connection to {endpoint} failed: {Marshal.GetPInvokeErrorMessage(error)}",
        };
    }

    /// <summary>Judges the whole run.</summary>
    /// <param name="connection">The last connection if it is still attached, or null.</param>
    /// <param name="fault">What was wrong with the way it ended, or null.</param>
    /// <returns>The exit code of an end at which nothing was lost.</returns>
    /// <exception cref="ConnectionException">Something was lost, or may have been.</exception>
    /// <exception cref="IOException">The input could not be read.</exception>
    public int Conclude(Connection? connection, string? fault)
    {
        if (outbound.InputFailure is { } failure)
        {
            throw failure;
        }

        bool isConfirmed = IsConfirmed(connection, fault);
        string doubt = outbound.Doubt(connection, isConfirmed);
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

        if (reception.Objection is { } objection)
        {
            throw new ConnectionException(objection);
        }

        if (outbound.HasNothingToDo)
        {
            return ExitCode.Done;
        }

        // A client that only sends has not sent all of its input yet, and one with a message has not even read it. Any other client may be
        // there to listen, so the server may end the connection.
        if ((!options.Prints || local.IsGiven) && !outbound.IsOver)
        {
            throw new ConnectionException($"{endpoint} closed the connection before {(local.IsGiven ? "the message was sent" : "the end of standard input")}");
        }

        if (!isConfirmed && reception.Wanted != 0 && reception.IsMidLine)
        {
            throw new ConnectionException($"{endpoint} closed the connection in the middle of a line");
        }

        return reception.Wanted is 0 or null
            ? ExitCode.Done
            : throw new ConnectionException($"{endpoint} closed the connection after {options.Count - reception.Wanted} of {options.Count} lines");
    }
}
