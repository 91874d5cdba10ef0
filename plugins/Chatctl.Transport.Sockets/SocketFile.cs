using System.Runtime.InteropServices;

namespace Chatctl.Transport.Sockets;

/// <summary>Which file is at a path, and whether it is a socket's. Two are equal if they are the same file.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Number">Its number there, which no other file gets while the socket is open.</param>
/// <param name="IsSocket">Whether it is a socket's. Where the system does not say so here, it says so to those who connect.</param>
internal readonly partial record struct SocketFile(ulong Device, ulong Number, bool IsSocket)
{
    // AT_FDCWD, AT_SYMLINK_NOFOLLOW, and STATX_TYPE with STATX_INO: bind(2) does not follow a link either.
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeAndNumber = 0x101;

    // Where struct statx, the same on every architecture, has stx_mode, stx_ino and stx_dev_major with stx_dev_minor.
    private const int StatusBytes = 256;
    private const int ModeAt = 28;
    private const int NumberAt = 32;
    private const int DeviceAt = 136;
    private const int TypeMask = 0xf000;
    private const int SocketType = 0xc000;

    /// <summary>Looks at a path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Null if there is nothing; always on Windows, where the base library alone looks after such files.</returns>
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

        // Elsewhere, and where an old library or a container's rules lack the call, the time at which it was made stands for its number: it stays when the file is touched.
        return OperatingSystem.IsWindows() || !Path.Exists(path) ? null : new SocketFile(0, (ulong)File.GetCreationTimeUtc(path).Ticks, true);
    }

    /// <summary>Removes the file at a path.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">It cannot be removed, and is there.</exception>
    public static void Remove(string path)
    {
        const int NoSuchFile = 2;
        if (Unlink(path) != 0 && Marshal.GetLastPInvokeError() is not NoSuchFile and var error)
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

    // The base library has forms of both that change "link/.." in a path.
    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int directory, string path, int flags, uint mask, Span<byte> status);
}
