using System.Runtime.InteropServices;

namespace Chatctl.Transport.Tls;

/// <summary>Tells files from what only looks like one. To open a pipe is to wait for its other end, perhaps for ever.</summary>
internal static partial class FileKind
{
    // AT_FDCWD, and STATX_TYPE. Links are followed.
    private const int CurrentDirectory = -100;
    private const uint TypeOnly = 1;

    // The offset of stx_mode in struct statx, which is the same on every architecture.
    private const int StatusBytes = 256;
    private const int ModeAt = 28;
    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;

    /// <summary>Whether there is something other than a file: a device, a pipe, a socket or a folder. Linux only; elsewhere the answer is false.</summary>
    /// <param name="path">The path.</param>
    public static bool IsNoFile(string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        return OperatingSystem.IsLinux() && ReadStatus(CurrentDirectory, path, flags: 0, TypeOnly, status) == 0
            && (BitConverter.ToUInt16(status[ModeAt..]) & TypeMask) != RegularFile;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int directory, string path, int flags, uint mask, Span<byte> status);
}
