using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Chatctl.Transport.Sockets;

/// <summary>A lock on a directory, made with flock(2). A server holds it while it takes or leaves the path of a Unix socket in that directory.</summary>
/// <remarks>The system releases the lock when its owner dies. The lock leaves no file behind.</remarks>
internal sealed partial class DirectoryLock : IDisposable
{
    private const int ReadOnly = 0;
    private const int Exclusive = 2;
    private const int WithoutWaiting = 4;
    private const int Interrupted = 4;

    // O_CLOEXEC and EWOULDBLOCK, on Linux and on macOS.
    private static readonly int CloseOnExec = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;
    private static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly int _descriptor;

    private DirectoryLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes the lock.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="patience">How long to wait for another owner. flock(2) has no time limit, so it is called again and again without waiting.</param>
    /// <returns>
    /// Null if there is no lock: another owner kept it all the time, the directory cannot be read, or the file system or the system has no such locks.
    /// </returns>
    public static DirectoryLock? Take(string directory, TimeSpan patience)
    {
        int descriptor = OperatingSystem.IsWindows() ? -1 : Open(directory, ReadOnly | CloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        for (long start = Stopwatch.GetTimestamp(); Flock(descriptor, Exclusive | WithoutWaiting) != 0; Thread.Sleep(Pause))
        {
            int error = Marshal.GetLastPInvokeError();
            bool isTaken = error == WouldBlock || error == Interrupted;
            if (isTaken && Stopwatch.GetElapsedTime(start) < patience)
            {
                continue;
            }

            _ = Close(descriptor);
            return null;
        }

        return new DirectoryLock(descriptor);
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _ = Close(_descriptor);

    // open(2) is variadic. It is called here without its third argument, because some calling conventions pass variadic arguments differently.
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
