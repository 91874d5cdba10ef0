using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Chatctl.Cli;
using Chatctl.Connect.Tls;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Connects to an endpoint: there is no other way, for a first connection or a later one.</summary>
internal static class Dialer
{
    /// <summary>Two reasons that <see cref="LinuxAttempt"/> and <see cref="PortableAttempt"/> give in the same words.</summary>
    public const string Refused = "connection refused", TimedOut = "timed out";

    /// <summary>Tries the endpoint's addresses in turn and takes the first one that answers.</summary>
    /// <param name="endpoint">Where to connect to.</param>
    /// <param name="patience">How long each address may take; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</param>
    /// <param name="watch">Watches the output meanwhile, where the system allows that; null if there is nothing to watch.</param>
    /// <param name="tls">Whom to trust at a TLS endpoint, and what to show; null for the default.</param>
    /// <param name="isSession">Whether a session will be opened.</param>
    /// <returns>A connected wire, which the caller disposes. It speaks TLS if the endpoint does.</returns>
    /// <exception cref="ConnectionException">The name does not resolve, no address answers, or the server is not to be trusted.</exception>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public static Wire Dial(Endpoint endpoint, TimeSpan patience, OutputWatch? watch = null, TlsOptions? tls = null, bool isSession = false)
    {
        string? reason = null;
        int told = -1;
        foreach (EndPoint address in endpoint.Resolve())
        {
            long begun = Stopwatch.GetTimestamp();
            string? failure = OperatingSystem.IsLinux()
                ? LinuxAttempt.TryDial(address, patience, watch, out Socket? socket)
                : PortableAttempt.TryDial(address, patience, out socket);
            failure ??= Ready(socket!);
            Wire? wire = null;
            if (failure is null && endpoint is not TlsEndpoint)
            {
                return new PlainWire(socket!);
            }

            int weight = Weight(failure);
            failure ??= TryShake(socket!, (TlsEndpoint)endpoint, tls, isSession, patience, begun, watch, out wire);
            if (failure is null)
            {
                return wire!;
            }

            (reason, told) = weight > told ? (failure, weight) : (reason, told);
        }

        throw new ConnectionException($"cannot connect to {endpoint}: {reason ?? "it has no address"}");
    }

    // A run without TLS does not load what this needs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? TryShake(
        Socket socket, TlsEndpoint endpoint, TlsOptions? tls, bool isSession, TimeSpan patience, long begun, OutputWatch? watch, out Wire? wire)
    {
        // The patience is for the address, and connecting has taken some of it.
        TimeSpan left = patience <= TimeSpan.Zero ? patience : patience - Stopwatch.GetElapsedTime(begun);
        return new TlsHandshake(endpoint, tls ?? new TlsOptions(), isSession).TryShake(
            socket, patience <= TimeSpan.Zero || left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), watch ?? OutputWatch.None, out wire);
    }

    /// <summary>
    /// How much a failure tells. One message names one failure: the most telling one, and the first of two that tell the same. An address
    /// that did not answer in time may be the right one, and would take the connection if it had more time. An address that refuses shows
    /// that the machine is there. Other failures are mostly about the way to an address that this machine cannot use. A server that answers, and with
    /// which no TLS comes about, tells the most.
    /// </summary>
    /// <param name="failure">Why there was no connection; null if there was one.</param>
    private static int Weight(string? failure) => failure switch
    {
        null => 3,
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
