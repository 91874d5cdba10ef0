using System.Text;
using Chatctl.Cli;
using Chatctl.Io;

namespace Chatctl.Connect.Sessions;

/// <summary>
/// Keeps the position of a client for its next run, in a file of one line. What the position stands for must have been written to the output
/// before. So the next run may print a line again, and it misses none.
/// </summary>
/// <remarks>It is written about four times a second at most. The file is replaced as a whole, so a reader never sees half of it.</remarks>
internal sealed class PositionFile
{
    private const long Pause = 250;
    private const int Longest = 4096;

    private readonly string _path;

    // Where the client is, what of it is to be written, and when the next write may be.
    private Position? _last;
    private Position? _due;
    private long _next = Environment.TickCount64;

    private PositionFile(string path, Position? start) => (_path, Start) = (path, start);

    /// <summary>What the file held at the start; null if there was no file, or an empty one.</summary>
    public Position? Start { get; }

    /// <summary>How long until <see cref="Write"/> has something to do; <see cref="Timeout.InfiniteTimeSpan"/> if it has nothing.</summary>
    public TimeSpan Patience => _due is null
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromMilliseconds(Math.Max(0, _next - Environment.TickCount64));

    /// <summary>Reads a file.</summary>
    /// <param name="path">It need not exist.</param>
    /// <exception cref="UsageException">It cannot be read, or it holds something else.</exception>
    public static PositionFile Open(string path)
    {
        // Writing replaces what is at the path. Reading a pipe may wait for ever.
        if (Libc.IsNoFile(path))
        {
            throw new UsageException($"--position: {path} is no file");
        }

        string text;
        try
        {
            // Something that is not such a file can be large, or have no end.
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[Longest];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            text = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\n', '\r');
        }
        catch (FileNotFoundException)
        {
            text = "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--position: cannot read {path}: {ReasonOf(e)}");
        }

        return text.Length == 0 ? new PositionFile(path, null)
            : Position.Of(text) is { } start ? new PositionFile(path, start)
            : throw new UsageException($"--position: {path} holds no position such as k3f9q2xw:1041");
    }

    /// <summary>The position is now this. It is written soon: see <see cref="Write"/>.</summary>
    public void Move(Position position)
    {
        if (position != _last)
        {
            _last = position;
            _due = position;
        }
    }

    /// <summary>Writes the position if it has changed.</summary>
    /// <param name="isLast">Whether to write it although the last time was just now.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(bool isLast = false)
    {
        if (_due is not { } position || (!isLast && Environment.TickCount64 < _next))
        {
            return;
        }

        try
        {
            // A link stays a link.
            var file = new FileInfo(_path);
            string path = file.LinkTarget is null ? _path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            string temporary = $"{path}.{Environment.ProcessId}.tmp";
            try
            {
                File.WriteAllText(temporary, $"{position}\n");
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--position: cannot write {_path}: {ReasonOf(e)}", e);
        }

        _due = null;
        _next = Environment.TickCount64 + Pause;
    }

    private static string ReasonOf(Exception e) => e.Message.Split(" : ")[0].TrimEnd('.');
}
