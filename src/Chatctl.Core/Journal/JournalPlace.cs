namespace Chatctl.Core.Journal;

/// <summary>A place in the journal. It is good for comparing, as long as the store is open.</summary>
/// <param name="File">Which file, in the order in which they were made. It is no number of a line: a file without lines is replaced by one with the same name.</param>
/// <param name="Offset">The byte in the file at which a batch begins or will begin.</param>
internal readonly record struct JournalPlace(long File, long Offset) : IComparable<JournalPlace>
{
    public static bool operator <(JournalPlace left, JournalPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(JournalPlace left, JournalPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(JournalPlace left, JournalPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JournalPlace left, JournalPlace right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(JournalPlace other) => File == other.File ? Offset.CompareTo(other.Offset) : File.CompareTo(other.File);
}
