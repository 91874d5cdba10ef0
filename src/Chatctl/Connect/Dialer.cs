using System.Net;
using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Connects to an endpoint.</summary>
internal static class Dialer
{
    /// <summary>Two reasons that <see cref="LinuxAttempt"/> and <see cref="PortableAttempt"/> give in the same words.</summary>
    public const string Refused = "connection refused", TimedOut = "timed out";

    /// <summary>Tries the endpoint's addresses in turn and takes the first one that answers.</summary>
    /// <param name="endpoint">Where to connect to.</param>
    /// <param name="patience">How long each address may take; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</param>
    /// <param name="watch">Watches the output meanwhile, where the system allows that; null if there is nothing to watch.</param>
    /// <returns>A connected, blocking socket, which the caller disposes.</returns>
    /// <exception cref="ConnectionException">The name does not resolve, or no address answers.</exception>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public static Socket Dial(Endpoint endpoint, TimeSpan patience, OutputWatch? watch = null)
    {
        string? reason = null;
        foreach (EndPoint address in endpoint.Resolve())
        {
            string? failure = OperatingSystem.IsLinux()
                ? LinuxAttempt.TryDial(address, patience, watch, out Socket? socket)
                : PortableAttempt.TryDial(address, patience, out socket);
            if (failure is null && (failure = Ready(socket!)) is null)
            {
                return socket!;
            }

            reason = reason is null || Weight(failure) > Weight(reason) ? failure : reason;
        }

        throw new ConnectionException($"cannot connect to {endpoint}: {reason ?? "it has no address"}");
    }

    /// <summary>
    /// How much a failure tells. One message names one failure: the most telling one, and the first of two that tell the same. An address
    /// that did not answer in time may be the right one, and would take the connection if it had more time. An address that refuses shows
    /// that the machine is there. Other failures are mostly about the way to an address that this machine cannot use.
    /// </summary>
    private static int Weight(string failure) => failure switch
    {
        TimedOut => 2,
        Refused => 1,
        _ => 0,
    };

    /// <summary>Makes a new connection ready for use.</summary>
    /// <returns>Why it is no connection after all, and then the socket is disposed; null if it is one.</returns>
    private static string? Ready(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            return null;
        }

        try
        {
            if (!socket.LocalEndPoint!.Equals(socket.RemoteEndPoint))
            {
                socket.NoDelay = true;
                return null;
            }

            // Nobody listens there. The system chose the very port that was asked for as the port of this side, and connected the socket
            // to itself.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
            return Refused;
        }
        catch (SocketException)
        {
            // The peer has reset the connection already. On some systems such a socket has no addresses and takes no options.
            socket.Dispose();
            return "connection reset by peer";
        }
    }
}
