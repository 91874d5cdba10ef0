namespace Chatctl.Core.Journal;

/// <summary>How far back it goes in time.</summary>
internal sealed partial class JournalStore
{
    /// <summary>No line that was said then or later is gone. It may read a file. Any thread.</summary>
    public DateTimeOffset OldestTime
    {
        get
        {
            lock (_gate)
            {
                return OldestSeq <= 1 ? DateTimeOffset.MinValue : _files[0].Header()?.Time ?? DateTimeOffset.MaxValue;
            }
        }
    }
}
