using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Every signature here is of blittable types; so said, calls need no stub compiled at run time.
[assembly: DisableRuntimeMarshalling]

namespace Chatctl.Io;

/// <summary>
/// The few system calls that the base library has no faithful form of: <c>FileStream</c> reads and writes files at offsets of its own, so
/// that <c>{ chatctl …; echo done; } &gt; file</c> would overwrite itself, and <c>Console</c>'s streams hide that a pipe's reader is gone.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EINTR = 4;
    public const int EBADF = 9;
    public const int EPIPE = 32;
    public static readonly int ECONNRESET = OperatingSystem.IsLinux() ? 104 : 54;
    public static readonly int EAGAIN = OperatingSystem.IsLinux() ? 11 : 35;

    public const short POLLIN = 0x1;
    public const short POLLOUT = 0x4;
    public const short POLLERR = 0x8;
    public const short POLLHUP = 0x10;
    public const short POLLNVAL = 0x20;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;

    /// <summary>The peer has half-closed. Linux only.</summary>
    public const short POLLRDHUP = 0x2000;

    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGTERM = 15;
    public const nint SIG_DFL = 0;

    /// <summary>Linux only, as the next two and <see cref="TIOCGWINSZ"/>.</summary>
    public const int SIGSTOP = 19;
    public const int SIGTSTP = 20;
    public const int SIGTTOU = 22;

    public const int TCSANOW = 0;
    public const nuint TIOCGWINSZ = 0x5413;

    private const int F_GETFD = 1;
    private const int F_SETFL = 4;
    private const int FD_CLOEXEC = 1;

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nint count);

    /// <summary>Waits for events on descriptors, <paramref name="timeout"/> milliseconds at most; -1 waits for ever.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    // open(2) is variadic, which makes no difference on Linux, where alone it is used.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* buffer, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    public static partial int GetSocketOption(int descriptor, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int descriptor, int level, int option, void* value, int length);

    /// <summary>Linux only, like the other two.</summary>
    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* request);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int most, int timeout);

    /// <summary>1 if a descriptor is a terminal.</summary>
    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    /// <summary>Fills a struct termios, whose size differs by system: give it 128 bytes.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetTerminalAttributes(int descriptor, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetTerminalAttributes(int descriptor, int when, byte* attributes);

    /// <summary>The process group in the foreground of a terminal; -1 if that is not the terminal that controls this process.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    public static partial int ForegroundGroup(int descriptor);

    /// <summary>Changes a struct termios so that every byte is passed on as it comes.</summary>
    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* attributes);

    // ioctl(2) is variadic as well; on Linux the third argument is passed the same way all the same.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int GetWindowSize(int descriptor, nuint request, WindowSize* size);

    /// <summary>Signals a process; 0 is every one of this process group, as the terminal's keys do.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <summary>Has a signal do what <paramref name="action"/> says, whatever it did before.</summary>
    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetSignalAction(int signal, nint action);

    /// <summary>Lets signals through to the calling thread, which is enough for those that are sent to the process.</summary>
    /// <param name="signals">Their numbers, up to 32.</param>
    public static void Unblock(ReadOnlySpan<int> signals)
    {
        const int OnLinux = 1, Elsewhere = 2;

        // A sigset_t has a bit for each signal, from the lowest, and nowhere more than these 128 bytes.
        ulong* set = stackalloc ulong[16];
        new Span<ulong>(set, 16).Clear();
        foreach (int signal in signals)
        {
            *set |= 1ul << (signal - 1);
        }

        _ = ChangeSignalMask(OperatingSystem.IsLinux() ? OnLinux : Elsewhere, set, null);
    }

    [LibraryImport("libc", EntryPoint = "sigprocmask")]
    private static partial int ChangeSignalMask(int how, ulong* set, ulong* before);

    /// <summary>Ends the process at once, as a signal would.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int ProcessGroup();

    [LibraryImport("libc", EntryPoint = "getsid")]
    public static partial int SessionOf(int process);

    /// <summary>Whether this process was started with a descriptor, one of 0 to 2, open.</summary>
    /// <remarks>
    /// The first descriptor that the runtime opens for itself takes the lowest free number, so that a closed standard stream looks open
    /// and leads into the runtime's own pipes. But those are closed on exec, and nothing that came through exec is.
    /// </remarks>
    public static bool IsInherited(int descriptor) => DescriptorFlags(descriptor, F_GETFD) is >= 0 and var flags && (flags & FD_CLOEXEC) == 0;

    /// <summary>Has calls on a descriptor wait. Linux only, where the variadic fcntl(2) takes its third argument as any other function does.</summary>
    public static int SetBlocking(int descriptor) => SetDescriptorFlags(descriptor, F_SETFL, 0);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int SetDescriptorFlags(int descriptor, int command, int flags);

    // fcntl(2) is variadic, and called without its third argument here: some calling conventions pass it differently.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int DescriptorFlags(int descriptor, int command);

    /// <summary>How many descriptors this process may have; <see cref="int.MaxValue"/> where there is no limit.</summary>
    public static long DescriptorLimit()
    {
        const int OnLinux = 7, Elsewhere = 8;
        return !OperatingSystem.IsWindows() && ResourceLimit(OperatingSystem.IsLinux() ? OnLinux : Elsewhere, out Limits limits) == 0
            ? (long)Math.Min(limits.Soft, int.MaxValue)
            : int.MaxValue;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int ResourceLimit(int resource, out Limits limits);

    /// <summary>struct rlimit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public nuint Soft;
        public nuint Hard;
    }

    /// <summary>struct winsize.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
