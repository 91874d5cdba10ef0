using System.Runtime.InteropServices;

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

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nint count);

    /// <summary>Waits for events on descriptors, <paramref name="timeout"/> milliseconds at most; -1 waits for ever.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
