using System.Runtime.InteropServices;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// The terminal's input mode: keys as they are pressed while an editor is at work, and what was before that otherwise. Output stays as it
/// was, so that other programs' lines come out straight. Linux only.
/// </summary>
/// <remarks>Thread-safe as far as the system calls are; whoever uses it keeps the order.</remarks>
internal sealed unsafe class TerminalMode
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;

    private const int MostIgnored = 5;
    private const int Moment = 100;

    // c_iflag, c_oflag, … of 32 bits each. The whole is 60 bytes; how the rest of it lies is the C library's business.
    private const int OutputFlags = 4;
    private const int FlagsSize = 4;
    private const int StructSize = 128;

    private readonly byte[] _before = new byte[StructSize];

    /// <summary>Remembers the mode that holds now.</summary>
    /// <exception cref="IOException">It cannot be told: not a terminal, or it has gone.</exception>
    public TerminalMode()
    {
        fixed (byte* mode = _before)
        {
            if (Libc.GetTerminalAttributes(StandardInput, mode) != 0)
            {
                throw new IOException($"cannot tell the mode of the terminal: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    /// <summary>Whether other processes have the terminal now: whoever touches it then is stopped by the system.</summary>
    public static bool IsInBackground => Libc.ForegroundGroup(StandardInput) is > 0 and var foreground && foreground != Libc.ProcessGroup();

    /// <summary>
    /// Stops this process while it is in the background, as reading would, until its shell brings it to the foreground. Not to be called
    /// under a lock that a handler of signals takes: one that ends the process must be able to.
    /// </summary>
    public static void AwaitForeground()
    {
        // By the signal that touching the terminal would be answered with. Where no shell could resume the process the system ignores it; reading
        // will fail then.
        for (int ignored = 0; IsInBackground && ignored < MostIgnored;)
        {
            long before = Environment.TickCount64;
            _ = Libc.Kill(0, Libc.SIGTTOU);
            ignored += Environment.TickCount64 - before < Moment ? 1 : 0;

            // A signal that ends the process may have come with the one that resumed it, and takes the runtime a moment.
            Thread.Sleep(Moment);
        }
    }

    /// <summary>The size of the terminal that is standard output; 80 × 24 if it does not know, as on a serial line.</summary>
    public static TerminalSize Size
    {
        get
        {
            Libc.WindowSize size;
            bool isKnown = Libc.GetWindowSize(StandardOutput, Libc.TIOCGWINSZ, &size) == 0 && size is { Columns: > 0, Rows: > 0 };
            return isKnown ? new TerminalSize(size.Columns, size.Rows) : new TerminalSize(80, 24);
        }
    }

    /// <summary>Keys one by one, none of them with a meaning to the system. What was typed before and not read is kept.</summary>
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

    /// <summary>What was before. Nothing can be done if it fails: the terminal has gone.</summary>
    public void Restore()
    {
        fixed (byte* mode = _before)
        {
            _ = Libc.SetTerminalAttributes(StandardInput, Libc.TCSANOW, mode);
        }
    }
}
