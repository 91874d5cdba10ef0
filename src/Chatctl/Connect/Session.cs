using System.Globalization;
using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>One connection's life: both pumps, and the judgement on how it ended.</summary>
/// <param name="socket">The connection; the caller disposes it.</param>
/// <param name="endpoint">What the user calls the peer.</param>
/// <param name="options">What to do with the two directions.</param>
internal sealed class Session(Socket socket, Endpoint endpoint, SessionOptions options)
{
    private readonly Receipt _receipt = new(socket, options.DrainTimeout);

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code of an ending at which nothing was lost.</returns>
    /// <exception cref="ConnectionException">The peer cut the connection, or did not confirm what was sent.</exception>
    /// <exception cref="OutputGoneException">Nobody reads standard output any more.</exception>
    /// <exception cref="IOException">Standard input or output failed.</exception>
    public int Run()
    {
        var outbound = new OutboundPump(socket, _receipt, options);
        var inbound = new InboundPump(socket, _receipt);
        if (options.Sends)
        {
            outbound.Start();
        }

        InboundEnd end = options.Prints ? inbound.Print(options.Count) : inbound.Discard();
        if (end == InboundEnd.Enough)
        {
            if (_receipt.Sent == 0)
            {
                return ExitCode.Done;
            }

            // To leave now would reset the connection if more has arrived, and lose what was sent: part from the peer properly.
            if (_receipt.TryAsk())
            {
                new Thread(_receipt.AwaitOverdue) { IsBackground = true, Name = "receipt" }.Start();
            }

            end = inbound.Discard();
        }

        return outbound.InputFailure is { } failure ? throw failure
            : outbound.HasNothingToDo ? ExitCode.Done
            : Conclude(end, inbound.Failure);
    }

    private int Conclude(InboundEnd end, SocketError error)
    {
        if (_receipt.IsOverdue)
        {
            string patience = options.DrainTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new ConnectionException($"{endpoint} has not confirmed the end of input for {patience} s{Doubt}");
        }

        if (end == InboundEnd.Failed)
        {
            throw new ConnectionException(error == SocketError.ConnectionReset
                ? $"{endpoint} reset the connection{Doubt}"
                : $"the connection to {endpoint} failed: {new SocketException((int)error).Message}{Doubt}");
        }

        // A person has seen how far the conversation got; only a pipeline needs to be told that its end is in doubt.
        return _receipt.Sent == 0 || _receipt.IsGivenByFin || StandardStreams.InputIsTerminal
            ? ExitCode.Done
            : throw new ConnectionException($"{endpoint} closed the connection before confirming{Doubt}");
    }

    private string Doubt => _receipt.Sent switch
    {
        0 => "",
        1 => "; 1 byte may not have been delivered",
        var sent => $"; {sent} bytes may not have been delivered",
    };
}
