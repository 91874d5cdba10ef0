using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Chatctl.SslStreamFloor;

/// <summary>The CPU time of the calling thread, user and kernel. On Linux.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>The time since the thread began, in nanoseconds.</summary>
    public static double Nanoseconds =>
        GetTime(ThreadCpuTime, out TimeSpec time) == 0 ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds : throw new Win32Exception();

    /// <summary>Makes the calling thread run on one core only.</summary>
    /// <param name="core">The core's number, below 64.</param>
    public static void Pin(int core)
    {
        ulong mask = 1UL << core;
        if (SetAffinity(0, sizeof(ulong), ref mask) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, ref ulong mask);

    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
