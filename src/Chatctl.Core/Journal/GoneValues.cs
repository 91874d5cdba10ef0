namespace Chatctl.Core.Journal;

/// <summary>What <see cref="GoneUnits"/> says of all lines up to a number.</summary>
/// <param name="Owner">The sender of the last line.</param>
/// <param name="Last">The number of the last line; 0 if there is none.</param>
/// <param name="LastOfOthers">The number of the last line of anyone but that sender; 0 if there is none.</param>
internal readonly record struct GoneValues(long Owner, long Last, long LastOfOthers);
