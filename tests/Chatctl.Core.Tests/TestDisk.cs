using Chatctl.Core.Journal;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Tests;

/// <summary>
/// The machine's disk. But a test can make its operations fail, can hold writes and syncs, can say which start of the machine it is, and can see what is left
/// when the power fails.
/// </summary>
internal sealed class TestDisk : IJournalDisk
{
    private readonly JournalDisk _disk = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<SafeFileHandle, string> _paths = [];
    private readonly Dictionary<string, long> _synced = [];
    private Func<string, int, bool> _fails = (_, _) => false;
    private int _operations;
    private volatile bool _holdsWrites;
    private volatile bool _holdsSyncs;

    public string Boot { get; set; } = "first start";

    /// <summary>Asked before each operation, with its name and how many came before it. If it is true, the operation fails.</summary>
    public Func<string, int, bool> Fails
    {
        get => _fails;
        set
        {
            lock (_gate)
            {
                _fails = value;
            }
        }
    }

    /// <summary>How many bytes a write takes that fails.</summary>
    public int TornBytes { get; set; }

    /// <summary>The names of all operations, in their order.</summary>
    public List<string> Operations { get; } = [];

    public void HoldWrites() => _holdsWrites = true;

    public void LetWrite() => _holdsWrites = false;

    public void HoldSyncs() => _holdsSyncs = true;

    public void LetSync() => _holdsSyncs = false;

    public void CreateFolder(string path)
    {
        Check(nameof(CreateFolder));
        _disk.CreateFolder(path);
    }

    public IDisposable? TryLock(string path)
    {
        Check(nameof(TryLock));
        return _disk.TryLock(path);
    }

    public IEnumerable<(string Name, long Length)> List(string folder)
    {
        Check(nameof(List));
        return _disk.List(folder);
    }

    public SafeFileHandle Create(string path)
    {
        Check(nameof(Create));
        return Note(_disk.Create(path), path);
    }

    public SafeFileHandle Open(string path)
    {
        Check(nameof(Open));
        return Note(_disk.Open(path), path);
    }

    public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset)
    {
        Wait(() => _holdsWrites);
        try
        {
            Check(nameof(Write));
        }
        catch (IOException)
        {
            byte[] all = [.. pieces.SelectMany(piece => piece.ToArray())];
            _disk.Write(file, [all.AsMemory(0, Math.Min(TornBytes, all.Length))], offset);
            throw;
        }

        _disk.Write(file, pieces, offset);
    }

    public int Read(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        Check(nameof(Read));
        return _disk.Read(file, buffer, offset);
    }

    public void Cut(SafeFileHandle file, long length)
    {
        Check(nameof(Cut));
        _disk.Cut(file, length);
    }

    public void Sync(SafeFileHandle file)
    {
        Wait(() => _holdsSyncs);
        Check(nameof(Sync));
        long length = RandomAccess.GetLength(file);
        _disk.Sync(file);
        lock (_gate)
        {
            _synced[_paths[file]] = length;
        }
    }

    public void SyncFolder(string path)
    {
        Check(nameof(SyncFolder));
        _disk.SyncFolder(path);
    }

    public void Rename(string from, string to)
    {
        Check(nameof(Rename));
        _disk.Rename(from, to);
        lock (_gate)
        {
            _synced[to] = _synced.GetValueOrDefault(from);
            foreach (SafeFileHandle handle in _paths.Where(one => one.Value == from).Select(one => one.Key).ToArray())
            {
                _paths[handle] = to;
            }
        }
    }

    public void Delete(string path)
    {
        Check(nameof(Delete));
        _disk.Delete(path);
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

    private void Check(string operation)
    {
        bool fails;
        lock (_gate)
        {
            Operations.Add(operation);
            fails = _fails(operation, _operations++);
        }

        if (fails)
        {
            throw new IOException("No space left on device");
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

    private static void Wait(Func<bool> isHeld) => Assert.True(SpinWait.SpinUntil(() => !isHeld(), TimeSpan.FromMinutes(2)), "the test did not let the disk go on");
}
