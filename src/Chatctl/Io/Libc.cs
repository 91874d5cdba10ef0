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
    public static readonly int EAGAIN = OperatingSystem.IsLinux() ? 11 : 35;

    public const short POLLIN = 0x1;
    public const short POLLOUT = 0x4;
    public const short POLLERR = 0x8;
    public const short POLLHUP = 0x10;
    public const short POLLNVAL = 0x20;

    /// <summary>The peer has half-closed. Linux only.</summary>
    public const short POLLRDHUP = 0x2000;

    private const int F_GETFD = 1;
    private const int FD_CLOEXEC = 1;

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nint count);

    /// <summary>Waits for events on descriptors, <paramref name="timeout"/> milliseconds at most; -1 waits for ever.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int descriptor, int level, int option, void* value, int length);

    /// <summary>1 if a descriptor is a terminal.</summary>
    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    /// <summary>Whether this process was started with a descriptor, one of 0 to 2, open.</summary>
    /// <remarks>
    /// The first descriptor that the runtime opens for itself takes the lowest free number, so that a closed standard stream looks open
    /// and leads into the runtime's own pipes. But those are closed on exec, and nothing that came through exec is.
    /// </remarks>
    public static bool IsInherited(int descriptor) => DescriptorFlags(descriptor, F_GETFD) is >= 0 and var flags && (flags & FD_CLOEXEC) == 0;

    // fcntl(2) is variadic, and called without its third argument here: some calling conventions pass it differently.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int DescriptorFlags(int descriptor, int command);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
