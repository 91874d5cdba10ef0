using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>The files of this machine.</summary>
internal sealed partial class JournalDisk : IJournalDisk
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // EINVAL: the file system has no such call for folders.
    private const int NotForFolders = 22;
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    // EINTR.
    private const int Interrupted = 4;

    // EAGAIN of Linux and of macOS, and what Windows says: somebody else has the file.
    private static readonly int[] InUse = [11, 35, unchecked((int)0x80070020)];

    public string Boot { get; } = ReadBoot();

    public void CreateFolder(string path)
    {
        if (File.Exists(path))
        {
            throw new IOException("it is a file and no folder");
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        var parents = new Stack<string>();
        for (string at = Path.GetFullPath(path); !Directory.Exists(at); at = parents.Peek())
        {
            parents.Push(Path.GetDirectoryName(at)!);
        }

        Directory.CreateDirectory(path, OwnFile | UnixFileMode.UserExecute);

        // Files in a folder are not on the disk for sure before the folder is.
        foreach (string parent in parents)
        {
            SyncFolder(parent);
        }
    }

    public IDisposable? TryLock(string path)
    {
        try
        {
            return NewFile(path, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException e) when (InUse.Contains(e.HResult))
        {
            return null;
        }
    }

    public IEnumerable<(string Name, long Length)> List(string folder) => new DirectoryInfo(folder).EnumerateFiles().Select(file => (file.Name, file.Length));

    public SafeFileHandle Create(string path)
    {
        // A handle alone cannot be asked for with the rights of the file.
        try
        {
            NewFile(path, FileMode.Create, FileShare.ReadWrite).Dispose();
        }
        catch (IOException e) when (IsOfSystem(e))
        {
            throw Plain(e);
        }

        return Open(path);
    }

    // Others may read it, and it may be deleted or replaced while somebody reads it.
    public SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset)
    {
        try
        {
            RandomAccess.Write(file, pieces, offset);
        }
        catch (IOException e) when (IsOfSystem(e))
        {
            throw Plain(e);
        }
    }

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset) => RandomAccess.Read(file, buffer, offset);

    public void Cut(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        // On Linux, .NET 10 does not tell when the system could not do it.
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            if (Sync((int)file.DangerousGetHandle()) is { } error)
            {
                throw new IOException(new Win32Exception(error).Message, error);
            }
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    public void SyncFolder(string path)
    {
        // Windows has no such call, and needs none.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int folder = OpenForReading(path, 0);
        int? error = folder < 0 ? Marshal.GetLastPInvokeError() : Sync(folder);
        if (folder >= 0)
        {
            _ = Close(folder);
        }

        if (error is { } failed && failed != NotForFolders)
        {
            throw new IOException($"{new Win32Exception(failed).Message}: '{path}'", failed);
        }
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    /// <returns>Why it could not be done; null if it was.</returns>
    private static int? Sync(int descriptor)
    {
        while (SyncDescriptor(descriptor) < 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Interrupted)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>Whether the exception has the number of an error of Unix.</summary>
    private static bool IsOfSystem(IOException e) => !OperatingSystem.IsWindows() && e.HResult is > 0 and < 4096;

    /// <summary>The system's own words. .NET puts the path behind them, which is that of a file that nobody has heard of: the messages name the folder.</summary>
    private static IOException Plain(IOException e) => new(new Win32Exception(e.HResult).Message, e.HResult);

    private static FileStream NewFile(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnFile;
        }

        return new FileStream(path, options);
    }

    private static string ReadBoot()
    {
        try
        {
            return File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not to know it is safe: the numbers begin a new epoch after every end that was not in order.
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenForReading(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
