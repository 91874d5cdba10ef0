using System.Runtime.InteropServices;
using Chatctl.Io;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Connect.Printing;

/// <summary>
/// Appends what is written to a file first, and then passes it on. So the file has everything even if the output fails, and the output
/// has everything even if the file fails.
/// </summary>
internal sealed class Tee : OutputStream
{
    private const int O_WRONLY = 1, O_CREAT = 0x40, O_APPEND = 0x400, O_CLOEXEC = 0x80000, Everybody = 0x1B6;

    private readonly Stream _inner;
    private readonly string _path;
    private readonly FileStream _file;

    /// <summary>Opens the file. If it does not exist, creates it.</summary>
    /// <param name="inner">Gets the same bytes. It is not disposed.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public Tee(Stream inner, string path)
    {
        (_inner, _path) = (inner, path);
        _file = OperatingSystem.IsLinux() ? Open(path) : OpenPortably(path);
    }

    /// <exception cref="IOException">The file does not take the bytes. The message names it.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        IOException? failure = null;
        try
        {
            _file.Write(buffer);
        }
        catch (IOException e)
        {
            failure = new IOException($"--tee: cannot write {_path}: {Reason(e)}", e);
        }

        _inner.Write(buffer);
        if (failure is not null)
        {
            throw failure;
        }
    }

    public override void Flush() => _inner.Flush();

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Opens the file so that each write goes to its end, even if others have written meanwhile. The base library would only start at the
    /// end.
    /// </summary>
    private static FileStream Open(string path)
    {
        int descriptor = Libc.Open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, Everybody);
        return descriptor < 0
            ? throw new IOException($"--tee: cannot open {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()).ToLowerInvariant()}")
            : new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    private static FileStream OpenPortably(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--tee: cannot open {path}: {Reason(e)}", e);
        }
    }

    private static string Reason(Exception e) => e.Message.Split(" : ")[0].TrimEnd('.').ToLowerInvariant();
}
