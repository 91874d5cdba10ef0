using System.Collections.Concurrent;
using System.Net;

namespace Chatctl.Conformance.Venue;

/// <summary>The real room, watched: it counts the servers' calls, and records calls that the contract forbids.</summary>
internal sealed class WatchedRoom(IRoom room) : IRoom
{
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentBag<WatchedDoor> _opened = [];
    private int _doors;
    private int _joined;
    private int _refused;
    private int _left;
    private int _inputsEnded;
    private long _received;
    private long _calls;
    private long _answers;
    private int _waiting;
    private volatile TaskCompletionSource? _gate;

    /// <summary>How many members have joined.</summary>
    public int Joined => Volatile.Read(ref _joined);

    /// <summary>How many peers have joined, or were refused before they could.</summary>
    public int Met => Joined + Volatile.Read(ref _refused);

    /// <summary>How many members have left.</summary>
    public int Left => Volatile.Read(ref _left);

    /// <summary>How many members have ended their input.</summary>
    public int InputsEnded => Volatile.Read(ref _inputsEnded);

    /// <summary>How many bytes servers have handed to the room.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>How many times servers have handed over bytes, or sent bytes.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>How many times a server has waited because of <see cref="HoldInput"/>.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Makes servers wait when they hand over bytes. The fact must not wait for a socket of this process meanwhile: a server may be waiting on the thread that serves that socket.</summary>
    public void HoldInput() => _gate = new TaskCompletionSource();

    /// <summary>Lets the servers go on.</summary>
    public void ReleaseInput()
    {
        _gate?.TrySetResult();
        _gate = null;
    }

    /// <summary>Wakes all servers without a reason, which the room may do at any time.</summary>
    public void Wake()
    {
        foreach (WatchedDoor door in _opened)
        {
            door.Wake();
        }
    }

    /// <inheritdoc/>
    public IDoor OpenDoor(Action wake)
    {
        Interlocked.Increment(ref _doors);
        var door = new WatchedDoor(this, room, wake);
        _opened.Add(door);
        return door;
    }

    /// <summary>Shows that the ended servers have left nothing in the room, and have always kept the contract.</summary>
    public void AssertLeftInOrder()
    {
        Assert.Empty(_faults);
        Assert.True(Left == Joined, $"of {Joined} members {Left} have left the room, although their servers have ended");
        Assert.True(Volatile.Read(ref _doors) == 0, "a server has ended without disposing its door");
    }

    internal void Fault(string what) => _faults.Enqueue(what);

    internal void CountJoin() => Interlocked.Increment(ref _joined);

    internal void CountLeave() => Interlocked.Increment(ref _left);

    internal void CountInputEnd() => Interlocked.Increment(ref _inputsEnded);

    internal void CountReceived(int bytes) => Interlocked.Add(ref _received, bytes);

    /// <summary>Sometimes lets another thread run.</summary>
    internal void Dawdle()
    {
        if (Interlocked.Increment(ref _answers) % 5 == 0)
        {
            Thread.Yield();
        }
    }

    internal void PassGate()
    {
        if (_gate is { } gate)
        {
            Interlocked.Increment(ref _waiting);
            gate.Task.Wait(Watchdog.Patience);
        }
    }

    internal void CountCall() => Interlocked.Increment(ref _calls);

    private sealed class WatchedDoor : IDoor
    {
        private readonly WatchedRoom _watch;
        private readonly IDoor _door;
        private readonly Action _wake;
        private int _inside;
        private int _disposed;

        public WatchedDoor(WatchedRoom watch, IRoom room, Action wake)
        {
            _watch = watch;
            _wake = wake;
            _door = room.OpenDoor(Wake);
        }

        public IDisposable? Reserve(EndPoint? address)
        {
            IDisposable? place = _door.Reserve(address);
            if (place is null)
            {
                Interlocked.Increment(ref _watch._refused);
            }

            return place;
        }

        public IMember Join(Chatctl.Peer peer)
        {
            Interlocked.Increment(ref _inside);
            var member = new WatchedMember(_watch, _door.Join(peer), left: () => Interlocked.Decrement(ref _inside));
            _watch.CountJoin();
            return member;
        }

        public void Dispose()
        {
            if (Volatile.Read(ref _inside) != 0)
            {
                _watch.Fault("a door was disposed before its last member had left");
            }

            _door.Dispose();
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref _watch._doors);
            }

            // A wake may still be under way after the dispose. It must do no harm.
            Wake();
        }

        public void Wake()
        {
            try
            {
                _wake();
            }
#pragma warning disable CA1031 // The contract forbids any exception here.
            catch (Exception e)
            {
                _watch.Fault($"a wake threw {e}");
            }
#pragma warning restore CA1031
        }
    }
}
