using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>
/// Threads with sessions that talk, lose their connections, are replaced and half-close, and plain members beside them, in one room whose window is small.
/// </summary>
internal sealed class SessionCrowd : IDisposable
{
    public const int Writers = 2;
    public const int Travellers = 4;
    public const int LinesOfWriter = 10_000;
    public const int LinesOfTraveller = 4_000;

    // So much is certainly in the history, together with all lines of a traveller itself, which do not move its position.
    private const int MostBehind = 1_000;
    private const int History = 2 << 20;
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(2);

    private readonly Room _room;
    private readonly List<Task> _threads = [];

    // What a thread has thrown first. The others then stop for that reason.
    private readonly TaskCompletionSource _failed = new();
    private readonly Lock _gate = new();
    private int _speaking = Writers + Travellers;

    public SessionCrowd(bool echo)
    {
        Echo = echo;

        // No member may be evicted, and none may be overlooked by an ack, because the machine is slow.
        var options = new RoomOptions
        {
            Echo = echo,
            MaxLineBytes = 64,
            BufferBytes = 256 * RoomOptions.Segments,
            History = History,
            StallTimeout = TimeSpan.FromDays(1),
            ReceiptPatience = TimeSpan.FromDays(1),
        };
        _room = new Room(options, TimeProvider.System, NullLogger<Room>.Instance);
        Door = _room.OpenDoor(Bell.Ring);
        Sessions = [.. Enumerable.Range(Writers, Travellers).Select(name => new Traveller(this, name, LinesOfTraveller))];
        SessionListeners = [.. Enumerable.Range(Writers + Travellers, 2).Select(name => new Traveller(this, name, 0))];
        Listeners = [new Ear(Door.Join(Peer.Unknown)), new Ear(Door.Join(Peer.Unknown))];
        WriterEars = [.. Enumerable.Range(0, Writers).Select(_ => new Ear(Door.Join(Peer.Unknown)))];
    }

    public Bell Bell { get; } = new(Watchdog);

    public IDoor Door { get; }

    public bool Echo { get; }

    /// <summary>Plain members that write.</summary>
    public Ear[] WriterEars { get; }

    /// <summary>Plain members that only listen, from the first line on.</summary>
    public Ear[] Listeners { get; }

    /// <summary>Sessions that only listen, from the first line on, over one connection.</summary>
    public Traveller[] SessionListeners { get; }

    /// <summary>Sessions that talk over many connections.</summary>
    public Traveller[] Sessions { get; }

    public long Sequence => _room.Sequence;

    public long Evictions(EvictionReason reason) => _room.Evictions(reason);

    public static string LineOf(int name, int number) => Crowd.LineOf(name, number);

    /// <summary>Runs all threads to their ends. Throws what a thread has thrown.</summary>
    public async Task Run()
    {
        foreach (Traveller listener in SessionListeners)
        {
            Start(listener.Hear);
            Start(listener.Speak);

            // One after the other, before all others. So both are told the same.
            while (!listener.IsWelcomed)
            {
                long rings = Bell.Rings;
                if (!listener.IsWelcomed)
                {
                    Bell.WaitForRingAfter(rings);
                }
            }
        }

        Start(() => Read([Listeners[0], WriterEars[0]], seed: 1));
        Start(() => Read([Listeners[1]], seed: 2));
        Start(() => Read([WriterEars[1]], seed: 3));
        foreach (Traveller traveller in Sessions)
        {
            Start(traveller.Hear);
            Start(() => SpeakToTheEnd(traveller.Speak));
        }

        for (int i = 0; i < Writers; i++)
        {
            int writer = i;
            Start(() => SpeakToTheEnd(() => Write(writer)));
        }

        // Threads start others.
        for (int ended = 0; ended < Count; ended++)
        {
            Task thread = At(ended);
            await Task.WhenAny(thread, _failed.Task).WaitAsync(2 * Watchdog);
            await (_failed.Task.IsCompleted ? _failed.Task : thread);
        }
    }

    public void Start(Action work)
    {
        var task = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    work();
                }
                catch (Exception e)
                {
                    _failed.TrySetException(e);
                    Bell.Break();
                    throw;
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        lock (_gate)
        {
            _threads.Add(task);
        }
    }

    /// <summary>Waits until no session is so far behind that what it needs could leave the history. Those who are to say something new call it.</summary>
    public void AwaitThoseBehind()
    {
        while (true)
        {
            long rings = Bell.Rings;
            if (!Array.Exists(Sessions, traveller => traveller.IsThere && _room.Sequence - traveller.Counted > MostBehind))
            {
                return;
            }

            Bell.WaitForRingAfter(rings);
        }
    }

    /// <summary>An ack for a line has come. So the members that have been there all the time must have been sent it.</summary>
    public void CheckSentToAll(long seq)
    {
        if (Array.Exists(Listeners, listener => listener.Lines < seq) || Array.Exists(SessionListeners, listener => listener.Position < seq))
        {
            throw new InvalidOperationException($"line {seq} has its ack, and not all members have been sent it");
        }
    }

    public void Dispose()
    {
        Door.Dispose();
        _room.Dispose();
    }

    private int Count
    {
        get
        {
            lock (_gate)
            {
                return _threads.Count;
            }
        }
    }

    private Task At(int index)
    {
        lock (_gate)
        {
            return _threads[index];
        }
    }

    private void SpeakToTheEnd(Action speak)
    {
        speak();
        if (Interlocked.Decrement(ref _speaking) == 0)
        {
            _room.Drain();
        }
    }

    private void Write(int writer)
    {
        var random = new Random(writer);
        IMember member = WriterEars[writer].Member;
        for (int number = 1; number <= LinesOfWriter;)
        {
            AwaitThoseBehind();
            long rings = Bell.Rings;
            if (!member.WantsInput)
            {
                Bell.WaitForRingAfter(rings);
                continue;
            }

            int last = Math.Min(LinesOfWriter, number + random.Next(3));
            member.Receive(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(number, last - number + 1).Select(one => LineOf(writer, one)))));
            number = last + 1;
        }

        member.EndOfInput();
    }

    private void Read(Ear[] ears, int seed)
    {
        var random = new Random(seed);
        byte[] scratch = new byte[64 << 10];
        while (!Array.TrueForAll(ears, ear => ear.IsFinished))
        {
            long rings = Bell.Rings;
            bool any = false;
            foreach (Ear ear in ears)
            {
                any |= ear.Take(scratch, random);
            }

            if (!any && !Array.TrueForAll(ears, ear => ear.IsFinished))
            {
                Bell.WaitForRingAfter(rings);
            }
        }
    }
}
