using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// Waits with an eye on the output, so that <c>chatctl connect | head -1</c> ends when <c>head</c> does and not when the next line arrives,
/// which may be never.
/// </summary>
/// <param name="output">The descriptor that leads to the reader; -1 to watch nothing.</param>
internal sealed unsafe class OutputWatch(int output)
{
    // poll(2) passes over negative descriptors.
    private int _output = output;

    /// <summary>Returns when the socket has bytes, its end, or an error. On Windows at once: the receive itself waits there.</summary>
    /// <param name="socket">Not disposed.</param>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public void AwaitSocket(Socket socket)
    {
        if (!OperatingSystem.IsWindows())
        {
            Wait((int)socket.SafeHandle.DangerousGetHandle(), Libc.POLLIN, Timeout.Infinite);
        }
    }

    /// <summary>Returns when a socket that is connecting is connected, or has failed to. Linux only.</summary>
    /// <param name="descriptor">Its descriptor.</param>
    /// <param name="patience">How long that may take; zero or <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</param>
    /// <returns>False if it took longer.</returns>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public bool AwaitConnected(int descriptor, TimeSpan patience) =>
        Wait(descriptor, Libc.POLLOUT, patience <= TimeSpan.Zero ? Timeout.Infinite : (int)Math.Ceiling(Math.Min(patience.TotalMilliseconds, int.MaxValue)));

    /// <summary>Lets time pass.</summary>
    /// <param name="time">How much.</param>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public void Sleep(TimeSpan time)
    {
        if (OperatingSystem.IsWindows())
        {
            Thread.Sleep(time);
        }
        else
        {
            Wait(-1, 0, (int)time.TotalMilliseconds);
        }
    }

    private bool Wait(int socket, short events, int timeout)
    {
        Libc.PollDescriptor* watched = stackalloc Libc.PollDescriptor[2];
        watched[0] = new Libc.PollDescriptor { Descriptor = socket, Events = events };

        // No events are asked for, but errors and hang-ups are always told. A file or a terminal has none.
        watched[1] = new Libc.PollDescriptor { Descriptor = _output };
        while (true)
        {
            int ready = Libc.Poll(watched, 2, timeout);
            if (ready == 0)
            {
                return false;
            }

            // An error of poll itself is an interruption.
            if (ready < 0)
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
                return true;
            }
        }
    }
}
