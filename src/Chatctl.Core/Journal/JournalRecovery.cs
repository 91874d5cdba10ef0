using Chatctl.Core.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>Reads the last file of a journal at the start, and checks every byte of it. What was not written completely is cut off.</summary>
/// <remarks>
/// Not every damage may be cut off. A killed server leaves a torn end and nothing else. A machine that loses its power can also lose what lies in the middle, but
/// nothing of what was known to be on the disk. All else is damage of another kind: lines for which there were receipts would go, and others would get their numbers.
/// </remarks>
/// <param name="disk">The files.</param>
/// <param name="logger">Told what is cut off or put aside.</param>
internal sealed class JournalRecovery(IJournalDisk disk, ILogger logger)
{
    /// <summary>How many sessions are known at most.</summary>
    public const int MostSessions = SessionRegistry.MostKnown;

    private const string UnusableEnding = ".unusable";

    private readonly BatchScanner _scanner = new(disk);

    /// <summary>Reads the last file that counts. Files behind it are put aside, and taken off the list.</summary>
    /// <param name="files">All files, the oldest first.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="IOException">A file cannot be read, cut or put aside.</exception>
    /// <exception cref="JournalException">A file is damaged.</exception>
    public LastFile? Read(List<JournalFile> files)
    {
        bool isLost = false;
        while (files.Count > 0)
        {
            JournalFile file = files[^1];
            SafeFileHandle handle = file.Take();
            try
            {
                if (Read(file, handle) is { } last)
                {
                    return last with { IsBehindLoss = isLost };
                }
            }
            finally
            {
                file.Return();
            }

            // It is not one of this journal's, or what it had is lost.
            JournalMessages.Unfinished(logger, file.Path, UnusableEnding);
            disk.Rename(file.Path, file.Path + UnusableEnding);
            isLost = true;
            files.RemoveAt(files.Count - 1);
        }

        return null;
    }

    private LastFile? Read(JournalFile file, SafeFileHandle handle)
    {
        _scanner.Seek(0);
        LastFile? last = null;
        while (_scanner.Find(handle, file.Length) && _scanner.IsIntact)
        {
            last = Add(file, last);
            _scanner.Pass();
        }

        long good = _scanner.Offset;
        if (last is not null && IsClosedAt(handle, good, file.Length))
        {
            return last with { IsClosed = true };
        }

        if (good < file.Length)
        {
            CheckThatItIsTorn(file, handle, last);
            if (last is not null)
            {
                JournalMessages.TornEnd(logger, file.Path, file.Length - good, last.Commit.Seq + 1);
                disk.Cut(handle, good);
                file.Length = good;
            }
        }

        return last;
    }

    private LastFile Add(JournalFile file, LastFile? last)
    {
        if (last is null)
        {
            if (ReadHeader(file) is not { } header || header.First != file.First)
            {
                throw new JournalException($"{file.Path} does not begin as a file of a journal with this name does");
            }

            last = new LastFile(header, default, header.Time, false, new SessionTable(MostSessions));
        }

        _scanner.Split(out ReadOnlyMemory<byte> units, out ReadOnlyMemory<byte> sessions);
        for (ReadOnlySpan<byte> rest = sessions.Span; !rest.IsEmpty;)
        {
            int length = rest.IndexOf((byte)'\n') + 1;
            last.Sessions.Set(JournalLines.ReadSession(rest[..length]));
            rest = rest[length..];
        }

        DateTimeOffset time = units.IsEmpty ? last.Time : JournalLines.ReadTime(JournalLines.LastTime(units.Span));
        return last with { Commit = _scanner.Commit, Time = time > last.Time ? time : last.Time };
    }

    private JournalHeader? ReadHeader(JournalFile file)
    {
        try
        {
            return JournalHeader.Read(_scanner.Batch.Span);
        }
        catch (NotSupportedException e)
        {
            throw new JournalException($"{file.Path} cannot be used: {e.Message}", e);
        }
    }

    private void CheckThatItIsTorn(JournalFile file, SafeFileHandle handle, LastFile? last)
    {
        long good = _scanner.Offset;
        long lastGood = last?.Commit.Seq ?? file.First - 1;
        int commits = 0;
        bool wasSafe = false;
        for (; _scanner.Find(handle, file.Length); _scanner.Pass())
        {
            commits++;
            wasSafe |= _scanner.Commit.Synced > lastGood;
        }

        wasSafe |= last is not null && IsClosedAt(handle, _scanner.Offset, file.Length);

        // Without a state nothing says which start of the machine it was. The state has a commit too, and no line is lost with it.
        bool mayHaveHoles = last is not null && (disk.Boot.Length == 0 || last.Header.Boot != disk.Boot);
        if (wasSafe || (!mayHaveHoles && commits > (last is null ? 1 : 0)))
        {
            throw new JournalException(
                $"{file.Path} is damaged at byte {good}, and not because its end is torn: bring back a copy of the file, or move the whole folder away");
        }
    }

    private bool IsClosedAt(SafeFileHandle handle, long offset, long end)
    {
        Span<byte> rest = stackalloc byte[64];
        return end - offset < rest.Length && disk.Read(handle, rest, offset) is var read && JournalLines.IsClosed(rest[..read]);
    }
}
