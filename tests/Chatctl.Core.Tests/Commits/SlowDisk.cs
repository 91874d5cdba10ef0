using Chatctl.Core.Journal;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Tests.Commits;

/// <summary>A disk on which a test can hold writes and syncs, and let them fail.</summary>
internal sealed class SlowDisk : IJournalDisk
{
    private readonly JournalDisk _real = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<SafeFileHandle, string> _paths = [];
    private readonly Dictionary<string, long> _synced = [];
    private volatile bool _holdsWrites;
    private volatile bool _holdsSyncs;

    /// <summary>What a write throws; null if it works.</summary>
    public volatile IOException? WriteFailure;

    /// <summary>What a sync throws; null if it works.</summary>
    public volatile IOException? SyncFailure;

    public string Boot { get; set; } = "a boot";

    public void HoldWrites() => _holdsWrites = true;

    public void LetWrite() => _holdsWrites = false;

    public void HoldSyncs() => _holdsSyncs = true;

    public void LetSync() => _holdsSyncs = false;

    public void CreateFolder(string path) => _real.CreateFolder(path);

    public IDisposable? TryLock(string path) => _real.TryLock(path);

    public IEnumerable<(string Name, long Length)> List(string folder) => _real.List(folder);

    public SafeFileHandle Create(string path) => Note(_real.Create(path), path);

    public SafeFileHandle Open(string path) => Note(_real.Open(path), path);

    public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset)
    {
        Wait(() => _holdsWrites);
        if (WriteFailure is { } failure)
        {
            throw failure;
        }

        _real.Write(file, pieces, offset);
    }

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset) => _real.Read(file, buffer, offset);

    public void Cut(SafeFileHandle file, long length) => _real.Cut(file, length);

    public void Sync(SafeFileHandle file)
    {
        Wait(() => _holdsSyncs);
        if (SyncFailure is { } failure)
        {
            throw failure;
        }

        long length = RandomAccess.GetLength(file);
        _real.Sync(file);
        lock (_gate)
        {
            _synced[_paths[file]] = length;
        }
    }

    public void SyncFolder(string path) => _real.SyncFolder(path);

    public void Rename(string from, string to)
    {
        _real.Rename(from, to);
        lock (_gate)
        {
            _synced[to] = _synced.GetValueOrDefault(from);
            foreach (SafeFileHandle handle in _paths.Where(one => one.Value == from).Select(one => one.Key).ToArray())
            {
                _paths[handle] = to;
            }
        }
    }

    /// <summary>What may be left of a folder if the power fails now: of each file what was synced, and of the rest as much as chance wants.</summary>
    public void CopyAfterPowerCut(string from, string to, Random random)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from, "*.ndjson"))
        {
            long synced;
            lock (_gate)
            {
                synced = _synced.GetValueOrDefault(file);
            }

            byte[] bytes = Read(file);
            File.WriteAllBytes(Path.Combine(to, Path.GetFileName(file)), bytes[..(int)random.NextInt64(synced, bytes.Length + 1)]);
        }
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private SafeFileHandle Note(SafeFileHandle handle, string path)
    {
        lock (_gate)
        {
            _paths[handle] = path;
        }

        return handle;
    }

    public void Delete(string path) => _real.Delete(path);

    private static void Wait(Func<bool> isHeld) => Assert.True(SpinWait.SpinUntil(() => !isHeld(), TimeSpan.FromMinutes(2)), "the test did not let the disk go on");
}
