using System.Net;
using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Gets from an endpoint to a connected socket.</summary>
internal static class Dialer
{
    /// <summary>The two reasons that both kinds of attempt name in the same words.</summary>
    public const string Refused = "connection refused", TimedOut = "timed out";

    /// <summary>Tries the endpoint's addresses in turn and takes the first that answers.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="patience">How long each address may take; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</param>
    /// <param name="watch">Keeps an eye on the output meanwhile, where the system lets it; null if there is none.</param>
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

            // The first failure is the one to name, but that a machine is there and refuses tells more than that another route is missing.
            reason = reason is null || failure == Refused ? failure : reason;
        }

        throw new ConnectionException($"cannot connect to {endpoint}: {reason ?? "it has no address"}");
    }

    /// <returns>Why it is no connection after all, and then it is disposed; null if it is one.</returns>
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

            // Nobody is there. The system chose as this side's port the very one that was asked for, and has connected the two.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
            return Refused;
        }
        catch (SocketException)
        {
            // Some systems refuse to tell anything of a connection that the peer has reset already, and to set anything.
            socket.Dispose();
            return "connection reset by peer";
        }
    }
}
