using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// Waits, and watches the output meanwhile. So <c>chatctl connect | head -1</c> ends when <c>head</c> ends. Without the watch it would end
/// only when the next line arrives, and that may be never.
/// </summary>
/// <param name="output">The descriptor of the output; -1 to watch nothing.</param>
internal sealed unsafe class OutputWatch(int output)
{
    // poll(2) ignores negative descriptors.
    private int _output = output;

    /// <summary>Watches no output.</summary>
    public static OutputWatch None { get; } = new(-1);

    /// <summary>Returns when the socket has bytes, its end, or an error. On Windows, without a limit, it returns at once, and the receive itself waits.</summary>
    /// <param name="socket">Must not be disposed.</param>
    /// <param name="patience">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>False if it took longer.</returns>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public bool AwaitSocket(Socket socket, TimeSpan patience)
    {
        bool isLimited = patience != Timeout.InfiniteTimeSpan;
        return OperatingSystem.IsWindows()
            ? !isLimited || socket.Poll(patience, SelectMode.SelectRead)
            : Wait((int)socket.SafeHandle.DangerousGetHandle(), Libc.POLLIN, isLimited ? (int)Math.Ceiling(patience.TotalMilliseconds) : Timeout.Infinite);
    }

    /// <summary>Returns when a socket that is connecting is connected or has failed. Linux only.</summary>
    /// <param name="descriptor">Its descriptor.</param>
    /// <param name="patience">How long to wait; zero or <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</param>
    /// <returns>False if it took longer.</returns>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    public bool AwaitConnected(int descriptor, TimeSpan patience) =>
        Wait(descriptor, Libc.POLLOUT, patience <= TimeSpan.Zero ? Timeout.Infinite : (int)Math.Ceiling(Math.Min(patience.TotalMilliseconds, int.MaxValue)));

    /// <summary>Waits for a time.</summary>
    /// <param name="time">How long.</param>
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

        // No event is asked for, because poll(2) always reports errors and hang-ups. A file or a terminal has none.
        watched[1] = new Libc.PollDescriptor { Descriptor = _output };
        while (true)
        {
            int ready = Libc.Poll(watched, 2, timeout);
            if (ready == 0)
            {
                return false;
            }

            // When poll itself fails, a signal interrupted it.
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
