using BenchmarkDotNet.Attributes;
using Chatctl.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Microbenchmarks;

/// <summary>The cost to find what has to be sent to a member, and to move the member on: nanoseconds and allocated bytes a delivery.</summary>
[MemoryDiagnoser]
public class DeliveryBenchmarks : IDisposable
{
    private const int Members = 100;
    private const int LineBytes = 64;
    private const int BulkLines = 1000;

    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private readonly byte[] _line = new byte[LineBytes];
    private readonly byte[] _bulk = new byte[LineBytes * BulkLines];
    private Room _room = null!;
    private IMember[] _members = null!;

    [GlobalSetup]
    public void Open()
    {
        _room = new Room(new RoomOptions(), TimeProvider.System, NullLogger<Room>.Instance);
        IDoor door = _room.OpenDoor(() => { });
        _members = [.. Enumerable.Range(0, Members).Select(_ => door.Join(Peer.Unknown))];
        Array.Fill(_line, (byte)'x');
        _line[^1] = (byte)'\n';
        for (int at = 0; at < _bulk.Length; at += LineBytes)
        {
            _line.CopyTo(_bulk, at);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _room.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One line at a time, as in a room with a steady pace: one member appends, all others gather.</summary>
    [Benchmark(OperationsPerInvoke = Members - 1)]
    public long A_line_to_all()
    {
        _members[0].Receive(_line);
        return Flush();
    }

    /// <summary>One member sends in bulk. All others get one stretch of the log.</summary>
    [Benchmark(OperationsPerInvoke = (Members - 1) * BulkLines)]
    public long A_thousand_lines_to_all()
    {
        _members[0].Receive(_bulk);
        return Flush();
    }

    /// <summary>Every member says a line before any member is sent one. So each gathers around its own line.</summary>
    [Benchmark(OperationsPerInvoke = Members * (Members - 1))]
    public long A_line_of_each_to_all()
    {
        foreach (IMember member in _members)
        {
            member.Receive(_line);
        }

        return Flush();
    }

    private long Flush()
    {
        long taken = 0;
        foreach (IMember member in _members)
        {
            while (member.Pending(_scratch, out ReadOnlyMemory<byte> bytes) == Outbound.Bytes)
            {
                member.Sent(bytes.Length);
                taken += bytes.Length;
            }
        }

        return taken;
    }
}
