using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// One attempt to connect, with system calls. A refusal then does not go through the base library's sockets, whose first exception takes
/// as long as the whole start of the runtime. And neither the time limit nor the watch on the output needs a second thread.
/// </summary>
internal static unsafe class LinuxAttempt
{
    private const int SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000, SOCK_NONBLOCK = 0x800, SOL_SOCKET = 1, SO_ERROR = 4, SO_SNDTIMEO = 21;
    private const int ENOENT = 2, ECONNREFUSED = 111, ETIMEDOUT = 110, EINPROGRESS = 115;

    /// <summary>Connects, or tells why that failed.</summary>
    /// <param name="address">Where to connect to.</param>
    /// <param name="patience">How long it may take; zero or <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</param>
    /// <param name="watch">
    /// Watches the output meanwhile; null to watch nothing. Not used for a Unix socket: poll(2) does not tell when that is connected.
    /// </param>
    /// <param name="connected">The socket, which the caller disposes; null if it failed.</param>
    /// <returns>Why it failed, as the end of a sentence; null if it is connected.</returns>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public static string? TryDial(EndPoint address, TimeSpan patience, OutputWatch? watch, out Socket? connected)
    {
        connected = null;
        SocketAddress name = address.Serialize();
        bool isPolled = address.AddressFamily != AddressFamily.Unix;
        int descriptor = Libc.Socket(name.Buffer.Span[0], SOCK_STREAM | SOCK_CLOEXEC | (isPolled ? SOCK_NONBLOCK : 0), 0);
        if (descriptor < 0)
        {
            return Reason(Marshal.GetLastPInvokeError());
        }

        int error = isPolled ? Connect(descriptor, name, patience, watch ?? new OutputWatch(-1)) : Connect(descriptor, name, patience);
        if (error != 0)
        {
            _ = Libc.Close(descriptor);
            return Reason(error);
        }

        connected = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        return null;
    }

    /// <returns>The system's error; 0 if it is connected, and blocking.</returns>
    private static int Connect(int descriptor, SocketAddress name, TimeSpan patience, OutputWatch watch)
    {
        int error = Connect(descriptor, name);
        if (error == EINPROGRESS)
        {
            if (!watch.AwaitConnected(descriptor, patience))
            {
                return ETIMEDOUT;
            }

            int size = sizeof(int);
            _ = Libc.GetSocketOption(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
        }

        return error != 0 || Libc.SetBlocking(descriptor) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    private static int Connect(int descriptor, SocketAddress name, TimeSpan patience)
    {
        // For the system, the limit on sending is also the limit on connecting. It must not stay in force for sending.
        SetSendTimeout(descriptor, patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
        int error = Connect(descriptor, name);
        SetSendTimeout(descriptor, TimeSpan.Zero);
        return error;
    }

    private static int Connect(int descriptor, SocketAddress name)
    {
        fixed (byte* start = name.Buffer.Span)
        {
            return Libc.Connect(descriptor, start, name.Size) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    private static void SetSendTimeout(int descriptor, TimeSpan timeout)
    {
        // struct timeval. Zero means no limit.
        nint* value = stackalloc nint[] { (nint)(timeout.Ticks / TimeSpan.TicksPerSecond), (nint)(timeout.Ticks % TimeSpan.TicksPerSecond / 10) };
        _ = Libc.SetSocketOption(descriptor, SOL_SOCKET, SO_SNDTIMEO, value, 2 * sizeof(nint));
    }

    private static string Reason(int error) => error switch
    {
        ECONNREFUSED => Dialer.Refused,
        ENOENT => "no such file or directory",

        // A limit that has passed: the system's own, the one for TCP here, and (with EAGAIN) the one for a Unix socket here.
        ETIMEDOUT or EINPROGRESS => Dialer.TimedOut,
        _ when error == Libc.EAGAIN => Dialer.TimedOut,
        _ => Marshal.GetPInvokeErrorMessage(error).ToLowerInvariant(),
    };
}
