using BenchmarkDotNet.Attributes;
using Chatctl.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Microbenchmarks;

/// <summary>The cost to cut what a member sends into lines, and to append them to the log: nanoseconds and allocated bytes a line.</summary>
[MemoryDiagnoser]
public class FramingBenchmarks : IDisposable
{
    private const int Lines = 1024;

    private Room _room = null!;
    private IMember _speaker = null!;
    private byte[] _chunk = null!;

    /// <summary>The length of a line in bytes, with its end.</summary>
    [Params(16, 64, 1024)]
    public int LineBytes { get; set; }

    /// <summary>How many bytes one receive brings; 0 for all at once.</summary>
    [Params(0, 1000)]
    public int ReadBytes { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _room = new Room(new RoomOptions(), TimeProvider.System, NullLogger<Room>.Instance);
        _speaker = _room.OpenDoor(() => { }).Join(Peer.Unknown);
        _chunk = new byte[Lines * LineBytes];
        Array.Fill(_chunk, (byte)'x');
        for (int end = LineBytes - 1; end < _chunk.Length; end += LineBytes)
        {
            _chunk[end] = (byte)'\n';
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _room.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public Outbound Append()
    {
        int step = ReadBytes == 0 ? _chunk.Length : ReadBytes;
        for (int at = 0; at < _chunk.Length; at += step)
        {
            _speaker.Receive(_chunk.AsSpan(at, Math.Min(step, _chunk.Length - at)));
        }

        // The member moves over its own lines, so that the log can be trimmed.
        return _speaker.Pending(Memory<byte>.Empty, out _);
    }
}
