using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

// Every signature here has blittable types only. With this attribute, calls need no stub that is compiled at run time.
[assembly: DisableRuntimeMarshalling]

namespace Chatctl.Io;

/// <summary>
/// The few system calls that the base library does not offer as they are. <c>FileStream</c> reads and writes files at offsets of its own, so
/// <c>{ chatctl …; echo done; } &gt; file</c> would overwrite itself. The streams of <c>Console</c> hide that a pipe's reader is gone.
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

    /// <summary>Waits for events on descriptors, at most <paramref name="timeout"/> milliseconds; -1 waits without a limit.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint wanted, byte* status);

    // open(2) is variadic. That makes no difference on Linux, and it is used on Linux only.
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

    /// <summary>Fills a struct termios. Its size differs by system, so give it 128 bytes.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetTerminalAttributes(int descriptor, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetTerminalAttributes(int descriptor, int when, byte* attributes);

    /// <summary>The process group in the foreground of a terminal; -1 if the terminal does not control this process.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    public static partial int ForegroundGroup(int descriptor);

    /// <summary>Changes a struct termios so that every byte is passed on as it comes.</summary>
    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* attributes);

    // ioctl(2) is variadic too. On Linux the third argument is passed in the same way.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int GetWindowSize(int descriptor, nuint request, WindowSize* size);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int GetQueueLength(int descriptor, nuint request, int* length);

    /// <summary>Sends a signal to a process; 0 means every process of this group, as the keys of a terminal do.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <summary>Sets the action of a signal, whatever it was before.</summary>
    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetSignalAction(int signal, nint action);

    /// <summary>Whether something other than a file is at a path: a device, a pipe, a socket or a folder. Links are followed. Linux only; elsewhere the answer is false.</summary>
    public static bool IsNoFile(string path)
    {
        const int CurrentFolder = -100;
        const uint TypeOnly = 1;
        const int StatusBytes = 256, ModeOffset = 28;
        const int TypeMask = 0xF000, RegularFile = 0x8000;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        byte* status = stackalloc byte[StatusBytes];
        return Stat(CurrentFolder, path, flags: 0, TypeOnly, status) == 0 && (*(ushort*)(status + ModeOffset) & TypeMask) != RegularFile;
    }

    /// <summary>Whether an open file belongs to the user that this process runs as. Linux only; elsewhere the answer is true.</summary>
    public static bool IsOwn(SafeFileHandle file)
    {
        const int OpenFile = 0x1000;
        const uint OwnerOnly = 0x8;
        const int StatusBytes = 256, OwnerOffset = 20;
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        byte* status = stackalloc byte[StatusBytes];
        return Stat((int)file.DangerousGetHandle(), "", OpenFile, OwnerOnly, status) != 0 || *(uint*)(status + OwnerOffset) == User();
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint User();

    /// <summary>Unblocks signals for the calling thread. That is enough for signals that are sent to the process.</summary>
    /// <param name="signals">Their numbers, up to 32.</param>
    public static void Unblock(ReadOnlySpan<int> signals)
    {
        const int OnLinux = 1, Elsewhere = 2;

        // A sigset_t has a bit for each signal, beginning with the lowest bit. On no system is it larger than these 128 bytes.
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
    /// The first descriptor that the runtime opens for itself takes the lowest free number. So a closed standard stream looks open, and leads into
    /// the runtime's own pipes. But the runtime's descriptors have the flag close-on-exec, and a descriptor that came through exec has not.
    /// </remarks>
    public static bool IsInherited(int descriptor) => DescriptorFlags(descriptor, F_GETFD) is >= 0 and var flags && (flags & FD_CLOEXEC) == 0;

    /// <summary>Makes calls on a descriptor wait. Linux only: there the variadic fcntl(2) takes its third argument as any other function does.</summary>
    public static int SetBlocking(int descriptor) => SetDescriptorFlags(descriptor, F_SETFL, 0);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int SetDescriptorFlags(int descriptor, int command, int flags);

    // fcntl(2) is variadic. It is called without its third argument here, because some calling conventions pass that differently.
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
