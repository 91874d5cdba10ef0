using System.Collections.Concurrent;
using System.Net;

namespace Chatctl.Conformance.Venue;

/// <summary>The real room with a watch on what servers do to it: counts what happens, and writes down what the contract forbids.</summary>
internal sealed class WatchedRoom(IRoom room) : IRoom
{
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentBag<WatchedDoor> _opened = [];
    private int _doors;
    private int _joined;
    private int _left;
    private int _inputsEnded;
    private long _received;
    private long _calls;
    private long _answers;
    private int _waiting;
    private volatile TaskCompletionSource? _gate;

    /// <summary>How many members have joined.</summary>
    public int Joined => Volatile.Read(ref _joined);

    /// <summary>How many members have left.</summary>
    public int Left => Volatile.Read(ref _left);

    /// <summary>How many members' input has ended.</summary>
    public int InputsEnded => Volatile.Read(ref _inputsEnded);

    /// <summary>How many bytes have been handed over.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>How many times bytes have been handed over, or taken for sending.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>How many times a server has had to wait since bytes were held back.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Keeps servers that hand over bytes waiting from now on. No socket of this process may be waited for meanwhile: the thread that is kept may be the one that serves it.</summary>
    public void HoldInput() => _gate = new TaskCompletionSource();

    /// <summary>Lets them go on.</summary>
    public void ReleaseInput()
    {
        _gate?.TrySetResult();
        _gate = null;
    }

    /// <summary>Wakes all servers for nothing, which the room may do at any time.</summary>
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

    /// <summary>Shows that servers that have ended have left nothing, and have kept to the contract all the time.</summary>
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

    /// <summary>Lets another thread run, now and then.</summary>
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

        public IMember Join(EndPoint? remote)
        {
            Interlocked.Increment(ref _inside);
            var member = new WatchedMember(_watch, _door.Join(remote), left: () => Interlocked.Decrement(ref _inside));
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

            // One that was under way: it must do no harm.
            Wake();
        }

        public void Wake()
        {
            try
            {
                _wake();
            }
#pragma warning disable CA1031 // Any exception is against the contract, whichever it is.
            catch (Exception e)
            {
                _watch.Fault($"a wake threw {e}");
            }
#pragma warning restore CA1031
        }
    }
}
