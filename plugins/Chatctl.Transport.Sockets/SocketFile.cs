using System.Runtime.InteropServices;

namespace Chatctl.Transport.Sockets;

/// <summary>The identity of the file at a path, and whether it is a socket. Two values are equal if they are the same file.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Number">The file's number there. No other file gets it while the socket is open.</param>
/// <param name="IsSocket">Whether it is a socket. True if unknown; connecting to it then shows whether it is one.</param>
internal readonly partial record struct SocketFile(ulong Device, ulong Number, bool IsSocket)
{
    // AT_FDCWD, AT_SYMLINK_NOFOLLOW, and STATX_TYPE with STATX_INO. Links are not followed, because bind(2) does not follow them.
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeAndNumber = 0x101;

    // The offsets of stx_mode, stx_ino, and stx_dev_major with stx_dev_minor in struct statx. They are the same on every architecture.
    private const int StatusBytes = 256;
    private const int ModeAt = 28;
    private const int NumberAt = 32;
    private const int DeviceAt = 136;
    private const int TypeMask = 0xf000;
    private const int SocketType = 0xc000;

    /// <summary>Looks at a path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Null if there is no file. Always null on Windows, where only the base library handles such files.</returns>
    public static SocketFile? At(string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        if (OperatingSystem.IsLinux() && TryReadStatus(path, status))
        {
            return new SocketFile(
                BitConverter.ToUInt64(status[DeviceAt..]),
                BitConverter.ToUInt64(status[NumberAt..]),
                (BitConverter.ToUInt16(status[ModeAt..]) & TypeMask) == SocketType);
        }

        // Other systems, old libraries and some containers lack the call. There the creation time replaces the number: it does not change when the file is touched.
        return OperatingSystem.IsWindows() || !Path.Exists(path) ? null : new SocketFile(0, (ulong)File.GetCreationTimeUtc(path).Ticks, true);
    }

    /// <summary>Removes the file at a path.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">The file exists and cannot be removed.</exception>
    public static void Remove(string path)
    {
        const int NoSuchFile = 2;
        if (Unlink(path) != 0 && Marshal.GetLastPInvokeError() is not NoSuchFile and var error)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error).ToLowerInvariant());
        }
    }

    /// <summary>Sets the permissions of the file at a path. On Windows it does nothing.</summary>
    /// <param name="path">The path.</param>
    /// <param name="mode">The permissions.</param>
    /// <exception cref="IOException">The system refuses it.</exception>
    public static void SetMode(string path, UnixFileMode mode)
    {
        const int NotSupported = 95;
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Who may write to the directory could put a link in the place of the socket. It must not be followed to another file. Old libraries cannot do that.
        int error = !OperatingSystem.IsLinux() || ChangeMode(CurrentDirectory, path, (uint)mode, NoFollow) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (!OperatingSystem.IsLinux() || error == NotSupported)
        {
            File.SetUnixFileMode(path, mode);
        }
        else if (error != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error).ToLowerInvariant());
        }
    }

    private static bool TryReadStatus(string path, Span<byte> status)
    {
        try
        {
            return ReadStatus(CurrentDirectory, path, NoFollow, TypeAndNumber, status) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    // The base library has both calls, but it changes "link/.." in a path.
    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeMode(int directory, string path, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int directory, string path, int flags, uint mask, Span<byte> status);
}
