using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>One file of a journal. All who read and write it share a handle, which is open as long as somebody has taken it.</summary>
/// <remarks>The store's lock guards everything, but for what never changes.</remarks>
/// <param name="disk">Opens and reads it.</param>
/// <param name="path">Where it is.</param>
/// <param name="ordinal">Its place in the order in which the files were made.</param>
/// <param name="first">The number of its first line.</param>
internal sealed class JournalFile(IJournalDisk disk, string path, long ordinal, long first)
{
    private SafeFileHandle? _handle;
    private int _takers;
    private JournalHeader? _header;
    private long? _stateBytes;

    /// <summary>Where it is. Another file may have come there, if it had no line.</summary>
    public string Path => path;

    /// <summary>Its place in the order in which the files were made.</summary>
    public long Ordinal => ordinal;

    /// <summary>The number of its first line.</summary>
    public long First => first;

    /// <summary>How many bytes count.</summary>
    public long Length { get; set; }

    /// <summary>Where the first batch behind the state begins; 0 if that is not known, because an earlier server has made it.</summary>
    public long StateLength { get; init; }

    /// <summary>
    /// How many bytes lie behind its state. What is to be kept is counted without the state: a file begins with all sessions at every start of the server, and
    /// starts must not drive lines out. The first call may read the state.
    /// </summary>
    public long BatchBytes()
    {
        if (StateLength > 0)
        {
            return Length - StateLength;
        }

        _stateBytes ??= FindStateBytes();
        return Length - _stateBytes.Value;
    }

    /// <summary>Whether all of it is known to be on the disk, and nothing will be added.</summary>
    public bool IsSynced { get; set; }

    /// <summary>The name of the file that begins with a line.</summary>
    public static string Name(long first) => $"{first:D20}.ndjson";

    /// <summary>Reads the number out of a name; false if it is the name of some other file.</summary>
    public static bool TryReadName(string name, out long first)
    {
        first = 0;
        return name.Length == "00000000000000000000.ndjson".Length && name.EndsWith(".ndjson", StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), System.Globalization.NumberStyles.None, null, out first);
    }

    /// <summary>Gives it the handle with which it was made. Whoever does so has taken it.</summary>
    public void Adopt(SafeFileHandle handle) => (_handle, _takers) = (handle, 1);

    /// <summary>Takes the handle. Whoever has taken it calls <see cref="Return"/> once.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SafeFileHandle Take()
    {
        _handle ??= disk.Open(path);
        _takers++;
        return _handle;
    }

    /// <summary>Gives the handle back.</summary>
    public void Return()
    {
        if (--_takers == 0)
        {
            _handle!.Dispose();
            _handle = null;
        }
    }

    /// <summary>Its first line; null if it cannot be read or is damaged.</summary>
    public JournalHeader? Header()
    {
        if (_header is null)
        {
            try
            {
                byte[] bytes = new byte[JournalHeader.MostBytes];
                SafeFileHandle handle = Take();
                try
                {
                    _header = JournalHeader.Read(bytes.AsSpan(0, disk.Read(handle, bytes, 0)));
                }
                finally
                {
                    Return();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                // Whoever needs the lines themselves tells about it. Here it only means that the oldest values are not known exactly.
            }
        }

        return _header;
    }

    private long FindStateBytes()
    {
        try
        {
            SafeFileHandle handle = Take();
            try
            {
                var scanner = new BatchScanner(disk);
                if (scanner.Find(handle, Length))
                {
                    scanner.Pass();
                }

                return scanner.Offset;
            }
            finally
            {
                Return();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then all of it counts. Whoever needs the lines themselves tells about it.
            return 0;
        }
    }
}
