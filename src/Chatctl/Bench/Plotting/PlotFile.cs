using System.Runtime.InteropServices;
using Chatctl.Io;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Bench.Plotting;

/// <summary>
/// The file for a plot. It is opened before the load runs, so that a bad path is reported at once and not after the run. The old content of the
/// file stays until the plot is written. A new file is removed if no plot was written.
/// </summary>
internal sealed class PlotFile : IDisposable
{
    private const int O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80, O_CLOEXEC = 0x80000, EEXIST = 17, ReadWriteForAll = 0x1B6;

    private readonly string _path;
    private readonly Stream _output;
    private bool _isNew;

    /// <summary>Opens the file, and makes it if it is not there. The names of standard output and error stand for these streams.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public PlotFile(string path)
    {
        _path = path;
        _output = path switch
        {
            // Opened anew, the file behind standard output would lose the figures that are in it already.
            "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1" => StandardStreams.Output,
            "/dev/stderr" or "/dev/fd/2" or "/proc/self/fd/2" => StandardStreams.Error,
            _ => OperatingSystem.IsLinux() ? Open(path, out _isNew) : OpenPortably(path, out _isNew),
        };
    }

    /// <summary>Replaces what the file holds. A standard stream goes on with the plot.</summary>
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
            if (_output.CanSeek && _output.Length > 0)
            {
                _output.SetLength(0);
            }

            plot.CopyTo(_output);
            _output.Flush();
            _isNew = false;
        }
        catch (IOException e) when (_output is FileStream)
        {
            throw new IOException($"cannot write {_path}: {Reason(e)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_output is not FileStream)
        {
            return;
        }

        _output.Dispose();
        if (_isNew)
        {
            try
            {
                File.Delete(_path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // An empty file stays. What matters to the user is why the run has failed.
            }
        }
    }

    // The system's own message, because the base library's is longer and repeats the path.
    private static FileStream Open(string path, out bool isNew)
    {
        int descriptor = Libc.Open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ReadWriteForAll);
        isNew = descriptor >= 0;
        if (!isNew && Marshal.GetLastPInvokeError() == EEXIST)
        {
            descriptor = Libc.Open(path, O_WRONLY | O_CREAT | O_CLOEXEC, ReadWriteForAll);
        }

        return descriptor < 0
            ? throw new IOException($"cannot open {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()).ToLowerInvariant()}")
            : new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write);
    }

    private static FileStream OpenPortably(string path, out bool isNew)
    {
        try
        {
            isNew = !File.Exists(path);
            return new FileStream(path, isNew ? FileMode.CreateNew : FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot open {path}: {Reason(e)}", e);
        }
    }

    private static string Reason(Exception e) => e.Message.Split(" : ")[0].TrimEnd('.').ToLowerInvariant();
}
