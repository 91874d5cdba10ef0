using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>The operations on files that a journal needs. Any thread may call them.</summary>
/// <remarks>What fails throws an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.</remarks>
internal interface IJournalDisk
{
    /// <summary>A text that is another one after each start of the machine; empty if there is none.</summary>
    string Boot { get; }

    /// <summary>Makes a folder for this user alone, if it is not there.</summary>
    void CreateFolder(string path);

    /// <summary>Takes the lock of a folder. The caller disposes it to give it back.</summary>
    /// <returns>Null if another process, or somebody else in this one, has it.</returns>
    IDisposable? TryLock(string path);

    /// <summary>The files in a folder, with their sizes, in any order.</summary>
    IEnumerable<(string Name, long Length)> List(string folder);

    /// <summary>Makes an empty file for this user alone, to write and to read. A file that is there is emptied.</summary>
    SafeFileHandle Create(string path);

    /// <summary>Opens a file to write and to read.</summary>
    SafeFileHandle Open(string path);

    /// <summary>Writes all pieces, one behind the other. If it throws, some of their bytes may be in the file.</summary>
    void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset);

    /// <summary>Reads bytes: as many as fit, or fewer, or none at the end of the file.</summary>
    int Read(SafeFileHandle file, Span<byte> buffer, long offset);

    /// <summary>Cuts a file to a length.</summary>
    void Cut(SafeFileHandle file, long length);

    /// <summary>Returns when everything that was written to the file is on the disk.</summary>
    void Sync(SafeFileHandle file);

    /// <summary>Returns when the names of the files in the folder are on the disk.</summary>
    void SyncFolder(string path);

    /// <summary>Gives a file another name, in place of a file that has it.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file. It is no error if it is not there.</summary>
    void Delete(string path);
}
