using Chatctl.Core.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>Finds where to begin to read in a file. It looks at a few places of the file, by halving, and needs no index.</summary>
internal static class JournalSearch
{
    // To read so many bytes costs no more than to look at another place.
    private const int Near = 256 << 10;

    /// <summary>Finds a place at or before the batch that has a line.</summary>
    /// <param name="disk">Reads the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="start">Where a batch begins.</param>
    /// <param name="end">How far the file goes.</param>
    /// <param name="seq">The number of the line.</param>
    /// <returns>Where a batch begins. All before it have smaller numbers.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long BatchBefore(IJournalDisk disk, SafeFileHandle file, long start, long end, long seq)
    {
        var commits = new LineFinder(disk, file, end, Commit.LineEndAndStart.ToArray());
        long high = end;
        while (high - start > Near)
        {
            long middle = start + ((high - start) / 2);
            long at = commits.Find(middle);
            int length = at < 0 ? 0 : commits.Head.IndexOf((byte)'\n') + 1;
            if (at >= 0 && at < high && Commit.TryRead(commits.Head[..length], out Commit commit) && commit.Seq < seq)
            {
                start = at + length;
            }
            else
            {
                high = middle;
            }
        }

        return start;
    }

    /// <summary>Finds the first line that was said at a time or later.</summary>
    /// <param name="disk">Reads the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="start">Where a batch begins.</param>
    /// <param name="end">How far the file goes.</param>
    /// <param name="time">The time, as lines have it.</param>
    /// <returns>Its number; -1 if the file has none.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long FirstAt(IJournalDisk disk, SafeFileHandle file, long start, long end, byte[] time)
    {
        byte[] lineEndAndStart = [(byte)'\n', .. SessionUnit.LineStart];
        var lines = new LineFinder(disk, file, end, lineEndAndStart);
        long high = end;
        while (high - start > Near)
        {
            long middle = start + ((high - start) / 2);
            long at = lines.Find(middle);
            if (at >= 0 && at < high && IsBefore(lines.Head, time))
            {
                start = at;
            }
            else
            {
                high = middle;
            }
        }

        for (long at = lines.Find(start); at >= 0; at = lines.Find(at + 1))
        {
            if (!IsBefore(lines.Head, time) && SessionUnit.Seq(lines.Head) is > 0 and var seq)
            {
                return seq;
            }
        }

        return -1;
    }

    private static bool IsBefore(ReadOnlySpan<byte> line, byte[] time)
    {
        // {"seq":1042,"time":"2026-11-26T20:29:58.020Z", and so on. A damaged line is no reason to stop the search.
        int start = line.IndexOf("\"time\":\""u8);
        return start < 0 || line.Length < start + 8 + time.Length || line.Slice(start + 8, time.Length).SequenceCompareTo(time) < 0;
    }
}
