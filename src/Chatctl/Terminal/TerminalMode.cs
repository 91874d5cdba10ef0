using System.Runtime.InteropServices;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// The terminal's input mode. While the line editor works, every key arrives as it is pressed. Otherwise the mode is as it was before. The
/// output mode never changes, so that lines of other programs look right. Linux only.
/// </summary>
/// <remarks>Each call is thread-safe, because it is one system call. The caller keeps the calls in order.</remarks>
internal sealed unsafe class TerminalMode
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;

    private const int MostIgnored = 5;
    private const int Moment = 100;

    // c_iflag, c_oflag and so on have 32 bits each. The whole struct has 60 bytes. Only the C library knows the layout of the rest.
    private const int OutputFlags = 4;
    private const int FlagsSize = 4;
    private const int StructSize = 128;

    private readonly byte[] _before = new byte[StructSize];

    /// <summary>Remembers the present mode.</summary>
    /// <exception cref="IOException">The mode is unknown: standard input is not a terminal, or the terminal has gone.</exception>
    public TerminalMode()
    {
        fixed (byte* mode = _before)
        {
            if (Libc.GetTerminalAttributes(StandardInput, mode) != 0)
            {
                throw new IOException($"cannot read the mode of the terminal: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    /// <summary>Whether other processes have the terminal now. If this process used it then, the system would stop this process.</summary>
    public static bool IsInBackground => Libc.ForegroundGroup(StandardInput) is > 0 and var foreground && foreground != Libc.ProcessGroup();

    /// <summary>
    /// While this process is in the background, stops it, as a read would, until its shell brings it to the foreground. Must not be called
    /// under a lock that a signal handler takes: a signal must still be able to end the process.
    /// </summary>
    public static void AwaitForeground()
    {
        // The system sends this signal to a process in the background that uses the terminal. If no shell could resume the process, the
        // system ignores the signal, and reading will fail.
        for (int ignored = 0; IsInBackground && ignored < MostIgnored;)
        {
            long before = Environment.TickCount64;
            _ = Libc.Kill(0, Libc.SIGTTOU);
            ignored += Environment.TickCount64 - before < Moment ? 1 : 0;

            // A signal that ends the process may have come together with the one that resumed it. The runtime takes a moment for it.
            Thread.Sleep(Moment);
        }
    }

    /// <summary>The size of the terminal on standard output; 80 × 24 if the terminal does not know it, as on a serial line.</summary>
    public static TerminalSize Size
    {
        get
        {
            Libc.WindowSize size;
            bool isKnown = Libc.GetWindowSize(StandardOutput, Libc.TIOCGWINSZ, &size) == 0 && size is { Columns: > 0, Rows: > 0 };
            return isKnown ? new TerminalSize(size.Columns, size.Rows) : new TerminalSize(80, 24);
        }
    }

    /// <summary>Makes every key arrive at once, and without a meaning for the system. Text that was typed before and not read stays.</summary>
    public void SetRaw()
    {
        byte[] raw = [.. _before];
        fixed (byte* mode = raw)
        {
            Libc.MakeRaw(mode);
            _before.AsSpan(OutputFlags, FlagsSize).CopyTo(raw.AsSpan(OutputFlags));
            _ = Libc.SetTerminalAttributes(StandardInput, Libc.TCSANOW, mode);
        }
    }

    /// <summary>Sets the mode that was before. If that fails, the terminal has gone, and nothing can be done.</summary>
    public void Restore()
    {
        fixed (byte* mode = _before)
        {
            _ = Libc.SetTerminalAttributes(StandardInput, Libc.TCSANOW, mode);
        }
    }
}
