using Chatctl.Core.Journal;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Tests.Journal;

/// <summary>The machine's disk, but a test can make its operations fail, and can say which start of the machine it is.</summary>
internal sealed class FaultyDisk : IJournalDisk
{
    private readonly JournalDisk _disk = new();
    private readonly Lock _gate = new();
    private int _operations;

    public string Boot { get; set; } = "first start";

    /// <summary>Asked before each operation, with its name and how many came before it. If it is true, the operation fails.</summary>
    public Func<string, int, bool> Fails { get; set; } = (_, _) => false;

    /// <summary>How many bytes a write takes that fails.</summary>
    public int TornBytes { get; set; }

    /// <summary>The names of all operations, in their order.</summary>
    public List<string> Operations { get; } = [];

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
        return _disk.Create(path);
    }

    public SafeFileHandle Open(string path)
    {
        Check(nameof(Open));
        return _disk.Open(path);
    }

    public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset)
    {
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
        Check(nameof(Sync));
        _disk.Sync(file);
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
    }

    public void Delete(string path)
    {
        Check(nameof(Delete));
        _disk.Delete(path);
    }

    private void Check(string operation)
    {
        bool fails;
        lock (_gate)
        {
            Operations.Add(operation);
            fails = Fails(operation, _operations++);
        }

        if (fails)
        {
            throw new IOException("No space left on device");
        }
    }
}
