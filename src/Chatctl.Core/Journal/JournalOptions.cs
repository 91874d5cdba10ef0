namespace Chatctl.Core.Journal;

/// <summary>How a room's journal is kept.</summary>
public sealed record JournalOptions
{
    /// <summary>The folder of the files. It is made if it is not there, for this user alone. One server has it at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// When what is written is also forced to the disk, so that it survives the machine. Null, the default: when the system likes; it survives the process.
    /// <see cref="TimeSpan.Zero"/>: before each receipt. Any other value: so long after it was written.
    /// </summary>
    public TimeSpan? SyncEvery { get; init; }

    /// <summary>How many bytes of files are kept. The oldest files are deleted, but never the newest. Default 1 GiB.</summary>
    public long KeepBytes { get; init; } = 1L << 30;

    /// <summary>How long a file is kept after its newest line was said. Null, the default: as long as <see cref="KeepBytes"/> allows.</summary>
    public TimeSpan? KeepFor { get; init; }
}
