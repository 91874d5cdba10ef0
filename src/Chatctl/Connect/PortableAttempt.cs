using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatctl.Connect;

/// <summary>One attempt to connect, by the base library, on whatever system. See <see cref="LinuxAttempt"/> for what it returns.</summary>
internal static class PortableAttempt
{
    /// <inheritdoc cref="LinuxAttempt.TryDial"/>
    public static string? TryDial(EndPoint address, TimeSpan patience, out Socket? connected)
    {
        connected = null;
        Socket? socket = null;
        int decided = 0;
        try
        {
            var attempt = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            socket = attempt;

            // Disposing the socket ends the attempt. A non-blocking connect would do too, but .NET never makes such a socket block again.
            using Timer? alarm = patience <= TimeSpan.Zero ? null : new Timer(
                _ =>
                {
                    if (Interlocked.Exchange(ref decided, 1) == 0)
                    {
                        attempt.Dispose();
                    }
                },
                null,
                patience,
                Timeout.InfiniteTimeSpan);
            attempt.Connect(address);
            if (Interlocked.Exchange(ref decided, 1) != 0)
            {
                return Dialer.TimedOut;
            }

            connected = attempt;
            return null;
        }
        catch (ObjectDisposedException)
        {
            return Dialer.TimedOut;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return Interlocked.Exchange(ref decided, 1) != 0 ? Dialer.TimedOut : Reason(address, e);
        }
    }

    private static string Reason(EndPoint address, SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => Dialer.Refused,
        SocketError.TimedOut => Dialer.TimedOut,

        // What a missing file becomes on the way through the base library.
        SocketError.AddressNotAvailable when address is UnixDomainSocketEndPoint => "no such file or directory",

        // Not the exception's own message, which repeats the address.
        _ => Marshal.GetPInvokeErrorMessage(failure.NativeErrorCode).ToLowerInvariant(),
    };
}
