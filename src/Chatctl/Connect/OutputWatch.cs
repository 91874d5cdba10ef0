using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// Waits for the socket with an eye on standard output, so that <c>chatctl connect | head -1</c> ends when <c>head</c> does and not when the
/// next line arrives, which may be never.
/// </summary>
/// <param name="socket">The connection; the session owns it.</param>
internal sealed unsafe class OutputWatch(Socket socket)
{
    private const int StandardOutput = 1;

    // What a system cannot poll, or what was closed from the start, is not watched: poll(2) passes over negative descriptors.
    private int _output = !OperatingSystem.IsWindows() && Libc.IsInherited(StandardOutput) ? StandardOutput : -1;

    /// <summary>Returns when the socket has bytes, its end, or an error. On Windows at once: the receive itself waits there.</summary>
    /// <exception cref="OutputGoneException">Nobody reads standard output any more.</exception>
    public void AwaitSocket()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Libc.PollDescriptor* watched = stackalloc Libc.PollDescriptor[2];
        watched[0] = new Libc.PollDescriptor { Descriptor = (int)socket.SafeHandle.DangerousGetHandle(), Events = Libc.POLLIN };

        // No events are asked for, but errors and hang-ups are always told. A file or a terminal has none.
        watched[1] = new Libc.PollDescriptor { Descriptor = _output };
        while (true)
        {
            // An error of poll itself is an interruption, or leaves both answers empty.
            if (Libc.Poll(watched, 2, -1) <= 0)
            {
                continue;
            }

            if ((watched[1].Returned & Libc.POLLNVAL) != 0)
            {
                watched[1].Descriptor = _output = -1;
            }
            else if ((watched[1].Returned & (Libc.POLLERR | Libc.POLLHUP)) != 0)
            {
                throw new OutputGoneException();
            }

            if (watched[0].Returned != 0)
            {
                return;
            }
        }
    }
}
