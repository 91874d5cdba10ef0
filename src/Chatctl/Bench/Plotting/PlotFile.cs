using System.Runtime.InteropServices;
using Chatctl.Io;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Bench.Plotting;

/// <summary>
/// The file for a plot. It is opened before the load runs, so that a bad path is reported at once and not after the run. The old content of the
/// file stays until the plot is written.
/// </summary>
internal sealed class PlotFile : IDisposable
{
    private const int O_WRONLY = 1, O_CREAT = 0x40, O_CLOEXEC = 0x80000, ReadWriteForAll = 0x1B6;

    private readonly string _path;
    private readonly FileStream _file;

    /// <summary>Opens the file, and makes it if it is not there.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public PlotFile(string path)
    {
        _path = path;
        _file = OperatingSystem.IsLinux() ? Open(path) : OpenPortably(path);
    }

    /// <summary>Replaces what the file holds.</summary>
    /// <param name="write">Writes the plot.</param>
    /// <exception cref="IOException">The file cannot be written. The message names it.</exception>
    public void Replace(Action<Stream> write)
    {
        using var plot = new MemoryStream();
        write(plot);
        plot.Position = 0;
        try
        {
            // A pipe or a device has no length, and nothing to remove.
            if (_file.CanSeek && _file.Length > 0)
            {
                _file.SetLength(0);
            }

            plot.CopyTo(_file);
            _file.Flush();
        }
        catch (IOException e)
        {
            throw new IOException($"cannot write {_path}: {Reason(e)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // The system's own message, because the base library's is longer and repeats the path.
    private static FileStream Open(string path)
    {
        int descriptor = Libc.Open(path, O_WRONLY | O_CREAT | O_CLOEXEC, ReadWriteForAll);
        return descriptor < 0
            ? throw new IOException($"cannot open {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()).ToLowerInvariant()}")
            : new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write);
    }

    private static FileStream OpenPortably(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot open {path}: {Reason(e)}", e);
        }
    }

    private static string Reason(Exception e) => e.Message.Split(" : ")[0].TrimEnd('.').ToLowerInvariant();
}
