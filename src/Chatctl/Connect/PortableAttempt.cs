using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatctl.Connect;

/// <summary>One attempt to connect, with the base library, on any system. It returns the same as <see cref="LinuxAttempt"/>.</summary>
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

            // Disposing the socket ends the attempt. A non-blocking connect is no alternative: .NET never makes such a socket blocking again.
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

        // The base library reports a missing file like this.
        SocketError.AddressNotAvailable when address is UnixDomainSocketEndPoint => "no such file or directory",

        // The exception's own message would repeat the address.
        _ => Marshal.GetPInvokeErrorMessage(failure.NativeErrorCode).ToLowerInvariant(),
    };
}
