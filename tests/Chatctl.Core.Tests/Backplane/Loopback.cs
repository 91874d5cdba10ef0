using Chatctl.Backplanes;
using Chatctl.Core.Backplane;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests.Backplane;

/// <summary>A log of one node that gives back at once what is proposed, on the thread of the test. So a test can compare what the room does step by step.</summary>
internal sealed class Loopback : IDisposable
{
    private readonly RoomBackplane _backplane;
    private readonly TimeProvider _time;
    private long _entries;

    /// <summary>Opens a room with such a log.</summary>
    public Loopback(RoomOptions options, TimeProvider time)
    {
        _time = time;
        _backplane = RoomBackplane.OpenAsync(
            how => new InMemoryEngine(time).Node(how.Node), new BackplaneOptions { Address = "memory://", Node = "" }, "a", time, NullLogger<RoomBackplane>.Instance,
            CancellationToken.None).GetAwaiter().GetResult();
        Room = new Room(options, time, NullLogger<Room>.Instance, backplane: _backplane);
        Room.ProposeBegin("a");
        Pump();
    }

    /// <summary>The room. The caller disposes it.</summary>
    public Room Room { get; }

    /// <summary>Gives back all that was proposed.</summary>
    /// <returns>Whether there was something.</returns>
    public bool Pump()
    {
        long before = _entries;
        while (Room.TryTakeProposals(out ReadOnlyMemory<byte> bytes))
        {
            _entries++;
            Room.Apply(new BackplaneEntry(_entries, _time.GetUtcNow(), _backplane.Node, _entries, bytes.ToArray()));
            Room.ConfirmProposals();
        }

        return _entries > before;
    }

    /// <inheritdoc/>
    public void Dispose() => _backplane.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
