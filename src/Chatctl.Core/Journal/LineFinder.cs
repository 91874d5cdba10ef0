using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>Finds lines with a certain beginning, from any place in a file. What it finds is not checked: it only tells where to look.</summary>
/// <param name="disk">Reads the file.</param>
/// <param name="file">The file.</param>
/// <param name="end">How far the file is read.</param>
/// <param name="lineEndAndStart">What the lines begin with, behind the line end before them.</param>
internal sealed class LineFinder(IJournalDisk disk, SafeFileHandle file, long end, byte[] lineEndAndStart)
{
    private readonly byte[] _bytes = new byte[64 << 10];
    private long _from;
    private int _count;
    private int _found;

    /// <summary>The first bytes of the line that was found: enough for its number and its time, or for all of a commit.</summary>
    public ReadOnlySpan<byte> Head => _bytes.AsSpan(_found, Math.Min(Commit.MostBytes, _count - _found));

    /// <summary>Finds the first such line at an offset or behind it. A file has none at offset 0.</summary>
    /// <returns>Where it begins; -1 if there is none.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public long Find(long offset)
    {
        long from = Math.Max(0, offset - 1);
        if (from < _from || from >= _from + _count)
        {
            Load(from);
        }

        while (true)
        {
            ReadOnlySpan<byte> rest = _bytes.AsSpan((int)(from - _from), (int)(_from + _count - from));
            int at = rest.IndexOf(lineEndAndStart);
            bool isLast = _count < _bytes.Length;
            if (at >= 0 && (isLast || rest.Length - at > Commit.MostBytes))
            {
                _found = (int)(from - _from) + at + 1;
                return _from + _found;
            }

            if (isLast)
            {
                return -1;
            }

            // The last bytes may be the beginning of what is searched for.
            from += at >= 0 ? at : Math.Max(0, rest.Length - lineEndAndStart.Length + 1);
            Load(from);
        }
    }

    private void Load(long from)
    {
        (_from, _count) = (from, 0);
        int wanted = (int)Math.Clamp(end - from, 0, _bytes.Length);
        while (_count < wanted && disk.Read(file, _bytes.AsSpan(_count, wanted - _count), from + _count) is > 0 and var read)
        {
            _count += read;
        }
    }
}
