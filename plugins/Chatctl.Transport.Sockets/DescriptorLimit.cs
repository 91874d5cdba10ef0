using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatctl.Transport.Sockets;

/// <summary>How many descriptors the process may have, and how many of them are reserved for other uses than peers.</summary>
/// <remarks>
/// The runtime opens files when it first needs them. If no descriptor is left then, the process dies. The system gives out the lowest free
/// number, so a socket with a number near the limit shows that nearly all descriptors are in use.
/// </remarks>
public static partial class DescriptorLimit
{
    private const int MostKept = 64;

    /// <summary>Whether a socket has one of the reserved descriptors.</summary>
    /// <param name="socket">A socket that was just accepted.</param>
    /// <param name="limit">The result of <see cref="Read"/>.</param>
    public static bool IsKept(Socket socket, long limit) => socket.SafeHandle.DangerousGetHandle() >= limit - Math.Min(limit / 8, MostKept);

    /// <summary>The process's limit; <see cref="long.MaxValue"/> if there is none.</summary>
    public static long Read()
    {
        if (OperatingSystem.IsWindows())
        {
            return long.MaxValue;
        }

        int resource = OperatingSystem.IsLinux() ? 7 : 8;
        return GetLimit(resource, out Limits limits) == 0 && limits.Soft <= int.MaxValue ? (long)limits.Soft : long.MaxValue;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    /// <summary>struct rlimit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public nuint Soft;
        public nuint Hard;
    }
}
