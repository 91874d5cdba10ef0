namespace Chatctl.Core.Journal;

/// <summary>What the last file of a journal says.</summary>
/// <param name="Header">Its first line.</param>
/// <param name="Commit">The commit of its last batch.</param>
/// <param name="Time">When its last line or event was said, or when it was made if it has none.</param>
/// <param name="IsClosed">Whether its server has stopped in order.</param>
/// <param name="Sessions">The sessions, as they are at its end.</param>
internal sealed record LastFile(JournalHeader Header, Commit Commit, DateTimeOffset Time, bool IsClosed, SessionTable Sessions)
{
    /// <summary>Whether there was a file behind it that had nothing that counts. Then clients may know lines that are lost.</summary>
    public bool IsBehindLoss { get; init; }
}
