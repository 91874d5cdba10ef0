namespace Chatctl.Core.Journal;

/// <summary>What a journal knew when it was opened.</summary>
/// <param name="Epoch">The epoch in which the numbers go on.</param>
/// <param name="PastEpochs">The epochs before it, each with the number of its last line, the oldest first.</param>
/// <param name="LastSeq">The number of the last line; 0 if there is none.</param>
/// <param name="LastId">The largest number that was given to a member; 0 if none was.</param>
/// <param name="LastTime">When the last line or event was said: times go on from there. The smallest time if there is none.</param>
/// <param name="Sessions">The sessions that were known, the oldest change first.</param>
/// <param name="Gone">What would be gone if all of the journal were gone.</param>
internal sealed record Recovered(
    string Epoch, IReadOnlyList<(string Epoch, long Last)> PastEpochs, long LastSeq, long LastId, DateTimeOffset LastTime, IReadOnlyList<SessionRecord> Sessions, GoneValues Gone);
