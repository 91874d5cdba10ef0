namespace Chatctl.Core.Journal;

/// <summary>What is written in one go. It counts as a whole or not at all.</summary>
/// <param name="Units">Whole units, as sessions get them, in pieces of one or more. There may be none.</param>
/// <param name="LastSeq">The number of the last line in it, or before it if it has none.</param>
/// <param name="LastId">The largest number that was given to a member so far.</param>
/// <param name="Sessions">The sessions that have spoken or changed, as they are behind it, the oldest change first.</param>
/// <param name="Gone">What would be gone if it, and everything before it, were gone.</param>
internal readonly record struct JournalBatch(
    IReadOnlyList<ReadOnlyMemory<byte>> Units, long LastSeq, long LastId, IReadOnlyList<SessionRecord> Sessions, GoneValues Gone);
