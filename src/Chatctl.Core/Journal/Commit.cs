using Chatctl.Core.Sessions;

namespace Chatctl.Core.Journal;

/// <summary>The line that closes a batch. Only what it closes counts.</summary>
/// <param name="Seq">The number of the last line, in the batch or before it.</param>
/// <param name="Id">The largest number that was given to a member so far.</param>
/// <param name="Owner">The sender of the last line.</param>
/// <param name="LastOfOthers">The number of the last line of anyone but that sender.</param>
/// <param name="Synced">The last line that was known to be on the disk when the batch was written.</param>
internal readonly record struct Commit(long Seq, long Id, long Owner, long LastOfOthers, long Synced)
{
    /// <summary>More bytes than a commit ever has.</summary>
    public const int MostBytes = 256;

    /// <summary>What it begins with, behind the line end before it.</summary>
    public static ReadOnlySpan<byte> LineEndAndStart => "\n{\"commit\":"u8;

    /// <summary>What it begins with.</summary>
    public static ReadOnlySpan<byte> Start => LineEndAndStart[1..];

    /// <summary>What would be gone if its batch, and everything before it, were gone.</summary>
    public GoneValues Gone => new(Owner, Seq, LastOfOthers);

    /// <summary>Writes it, up to the digits of the check, which is of all bytes of the batch before them.</summary>
    public void WriteBeforeCheck(JsonOutput json) =>
        json.Raw(Start).Number(Seq).Raw(",\"id\":"u8).Number(Id).Raw(",\"owner\":"u8).Number(Owner).Raw(",\"others\":"u8).Number(LastOfOthers)
            .Raw(",\"synced\":"u8).Number(Synced).Raw(",\"check\":\""u8);

    /// <summary>Reads a whole line, with its end, if it has the form of a commit. Whether its batch is intact is another question.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out Commit commit)
    {
        ReadOnlySpan<byte> rest = line;
        bool isOne = JournalLines.TryTake(ref rest, Start, out long seq) & JournalLines.TryTake(ref rest, ",\"id\":"u8, out long id)
            & JournalLines.TryTake(ref rest, ",\"owner\":"u8, out long owner) & JournalLines.TryTake(ref rest, ",\"others\":"u8, out long others)
            & JournalLines.TryTake(ref rest, ",\"synced\":"u8, out long synced);
        commit = new Commit(seq, id, owner, others, synced);
        return isOne && rest.StartsWith(",\"check\":\""u8) && rest.Length == ",\"check\":\"".Length + JournalLines.CheckBytes
            && JournalLines.TryReadCheck(rest, out _);
    }
}
