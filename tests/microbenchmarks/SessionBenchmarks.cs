using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Chatctl.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Microbenchmarks;

/// <summary>
/// The cost to take a line in a room with sessions: to read it, to order it, and to write it to both logs. Nanoseconds and allocated bytes a line. This is
/// what the others wait for, since it happens under the room's lock.
/// </summary>
[MemoryDiagnoser]
public class SessionBenchmarks : IDisposable
{
    private const int Lines = 400;
    private const long FirstNumber = 1_000_000_000_000_000;
    private const int NumberAt = 5;

    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private Room _room = null!;
    private IMember _speaker = null!;
    private byte[] _chunk = null!;
    private int _lineBytes;
    private long _number = FirstNumber;

    /// <summary>Who says the lines.</summary>
    [Params(false, true)]
    public bool Session { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _room = new Room(new RoomOptions { History = 1 }, TimeProvider.System, NullLogger<Room>.Instance);
        _speaker = _room.OpenDoor(() => { }).Join(Peer.Unknown);
        string text = new('x', 63);
        string line = Session ? $$"""{"n":{{FirstNumber}},"text":"{{text}}"}""" : text;
        _chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line + "\n", Lines)));
        _lineBytes = line.Length + 1;
        if (Session)
        {
            _speaker.Receive("CHATCTL/1 {\"name\":\"ann\"}\n"u8);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _room.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public void Append()
    {
        for (int at = 0; Session && at < _chunk.Length; at += _lineBytes)
        {
            _number++.TryFormat(_chunk.AsSpan(at + NumberAt), out _, default, CultureInfo.InvariantCulture);
        }

        _speaker.Receive(_chunk);

        // The member moves over its own lines, so that the log can be trimmed.
        while (_speaker.Pending(_scratch, out ReadOnlyMemory<byte> bytes) == Outbound.Bytes)
        {
            _speaker.Sent(bytes.Length);
        }
    }
}
