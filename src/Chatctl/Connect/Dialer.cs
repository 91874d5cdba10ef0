using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Cli;
using Chatctl.Endpoints;

namespace Chatctl.Connect;

/// <summary>Gets from an endpoint to a connected socket.</summary>
internal static class Dialer
{
    /// <summary>Tries the endpoint's addresses in turn and takes the first that answers.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="patience">How long each address may take; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</param>
    /// <returns>A connected, blocking socket, which the caller disposes.</returns>
    /// <exception cref="ConnectionException">The name does not resolve, or no address answers.</exception>
    public static Socket Dial(Endpoint endpoint, TimeSpan patience)
    {
        string reason = "it has no address";
        SocketException? cause = null;
        foreach (EndPoint address in endpoint.Resolve())
        {
            SocketException? failure = TryDial(address, patience, out Socket? socket);
            if (failure is null)
            {
                return socket!;
            }

            // The first failure is the one to name, but that a machine is there and refuses tells more than that another route is missing.
            if (cause is null || failure.SocketErrorCode == SocketError.ConnectionRefused)
            {
                (cause, reason) = (failure, Reason(address, failure));
            }
        }

        throw new ConnectionException($"cannot connect to {endpoint}: {reason}", cause);
    }

    private static SocketException? TryDial(EndPoint address, TimeSpan patience, out Socket? connected)
    {
        connected = null;
        bool tcp = address.AddressFamily != AddressFamily.Unix;
        Socket socket;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, tcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        }
        catch (SocketException e)
        {
            return e;
        }

        int answered = 0;

        // Disposing the socket ends the attempt. A non-blocking connect would do too, but .NET never makes such a socket block again.
        using Timer? alarm = patience == Timeout.InfiniteTimeSpan ? null : new Timer(
            _ =>
            {
                if (Interlocked.Exchange(ref answered, 1) == 0)
                {
                    socket.Dispose();
                }
            },
            null,
            patience,
            Timeout.InfiniteTimeSpan);
        try
        {
            socket.Connect(address);
            if (Interlocked.Exchange(ref answered, 1) != 0)
            {
                return new SocketException((int)SocketError.TimedOut);
            }

            if (tcp)
            {
                socket.NoDelay = true;
            }

            connected = socket;
            return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            socket.Dispose();
            return Interlocked.Exchange(ref answered, 1) == 0 && e is SocketException failure
                ? failure
                : new SocketException((int)SocketError.TimedOut);
        }
    }

    private static string Reason(EndPoint address, SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.TimedOut => "timed out",

        // What a missing file becomes on the way through the base library.
        SocketError.AddressNotAvailable when address is UnixDomainSocketEndPoint => "no such file or directory",

        // Not the exception's own message, which repeats the address.
        _ => Marshal.GetPInvokeErrorMessage(failure.NativeErrorCode).ToLowerInvariant(),
    };
}
