using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>Threads that write, read, come and go in one room whose window is a few kilobytes.</summary>
internal sealed class Crowd : IDisposable
{
    public const int Writers = 3;
    public const int LinesEach = 30_000;

    // In lines. Far less than there is between the newest line and the oldest segment, however badly the segments are filled.
    private const int MostBehind = 25;
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(2);

    private readonly Bell _bell = new(Watchdog);
    private readonly Room _room;
    private readonly IDoor _door;
    private readonly bool _echo;
    private readonly bool _waits;
    private readonly int _linesEach;
    private readonly long[] _said = new long[Writers];
    private int _writing = Writers;
    private int _names = Writers;

    public Crowd(bool echo, SlowPolicy slow = SlowPolicy.Wait, int linesEach = LinesEach)
    {
        (_echo, _waits, _linesEach) = (echo, slow == SlowPolicy.Wait, linesEach);

        // Nobody is to be evicted for lack of time, however slow the machine.
        var options = new RoomOptions { Echo = echo, Slow = slow, MaxLineBytes = 64, BufferBytes = 256 * RoomOptions.Segments, StallTimeout = TimeSpan.FromDays(1) };
        _room = new Room(options, TimeProvider.System, NullLogger<Room>.Instance);
        _door = _room.OpenDoor(_bell.Ring);
    }

    public Ear[] WriterEars { get; } = new Ear[Writers];

    public Ear[] Listeners { get; } = new Ear[3];

    /// <summary>What those heard who came while others were talking, and left again.</summary>
    public List<string> Passers { get; } = [];

    /// <summary>What those heard who take a break now and then, and say a line. Under the policies that do not wait.</summary>
    public ConcurrentQueue<(int Name, string Heard, bool ToTheEnd)> Laggards { get; } = [];

    public long Sequence => _room.Sequence;

    public long Evictions(EvictionReason reason) => _room.Evictions(reason);

    public static string LineOf(int writer, int number) => $"{writer} {number} {new string((char)('a' + (number % 26)), number % 40)}\n";

    /// <summary>Runs everything to its end; throws what a thread threw.</summary>
    public async Task Run()
    {
        for (int i = 0; i < Listeners.Length; i++)
        {
            Listeners[i] = new Ear(_door.Join(null));
        }

        for (int i = 0; i < Writers; i++)
        {
            WriterEars[i] = new Ear(_door.Join(null));
        }

        // Each reading thread has members of both kinds, as a transport's loop has.
        List<Task> threads = [.. Enumerable.Range(0, Writers).Select(writer => Start(() => Write(writer)))];
        threads.Add(Start(() => Read([Listeners[0], WriterEars[0]], seed: 1)));
        threads.Add(Start(() => Read([Listeners[1], WriterEars[1], WriterEars[2]], seed: 2)));
        threads.Add(Start(() => Read([Listeners[2]], seed: 3)));
        threads.Add(Start(() => Pass(seed: 4)));
        if (!_waits)
        {
            threads.AddRange(Enumerable.Range(5, 3).Select(seed => Start(() => Lag(seed))));
        }

        await Task.WhenAll(threads).WaitAsync(2 * Watchdog);
    }

    public void Dispose()
    {
        _door.Dispose();
        _room.Dispose();
    }

    private Task Start(Action work) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                work();
            }
            catch
            {
                _bell.Break();
                throw;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private void Write(int writer)
    {
        var random = new Random(writer);
        IMember member = WriterEars[writer].Member;
        var waiting = new List<byte>();
        for (int number = 0; number < _linesEach; number++)
        {
            waiting.AddRange(Encoding.ASCII.GetBytes(LineOf(writer, number)));
            while (waiting.Count > 200 || number == _linesEach - 1)
            {
                int chunk = Math.Min(random.Next(1, 150), waiting.Count);
                long rings = _bell.Rings;
                if (!member.WantsInput || (!_waits && IsAnybodyBehind()))
                {
                    _bell.WaitForRingAfter(rings);
                    continue;
                }

                byte[] bytes = [.. waiting.Take(chunk)];
                Interlocked.Add(ref _said[writer], bytes.Count(one => one == '\n'));
                member.Receive(bytes);
                waiting.RemoveRange(0, chunk);
                if (waiting.Count <= 1)
                {
                    // Only the terminator of the last line can be left, and the end of input stands for it.
                    break;
                }
            }
        }

        member.EndOfInput();
        if (Interlocked.Decrement(ref _writing) == 0)
        {
            _room.Drain();
        }
    }

    private void Read(Ear[] ears, int seed)
    {
        var random = new Random(seed);
        byte[] scratch = new byte[64 << 10];
        while (!Array.TrueForAll(ears, ear => ear.IsFinished))
        {
            long rings = _bell.Rings;
            bool any = false;
            int finished = ears.Count(ear => ear.IsFinished);
            foreach (Ear ear in ears)
            {
                any |= ear.Take(scratch, random);
            }

            if (Array.Exists(ears, ear => ear.Member.IsEvicted))
            {
                throw new InvalidOperationException("somebody who keeps up was evicted");
            }

            if (!_waits && (any || ears.Count(ear => ear.IsFinished) > finished))
            {
                // Writers wait for it.
                _bell.Ring();
            }

            if (!any && !Array.TrueForAll(ears, ear => ear.IsFinished))
            {
                _bell.WaitForRingAfter(rings);
            }
        }
    }

    /// <summary>
    /// Whether anybody who takes no breaks is so far behind that it could be taken for slow. Writers wait for these, so that whoever
    /// skips or is cut off all the same is wronged by the room, and not by the machine.
    /// </summary>
    private bool IsAnybodyBehind()
    {
        long said = _room.Sequence;
        for (int i = 0; i < Writers; i++)
        {
            long own = _echo ? 0 : Interlocked.Read(ref _said[i]);
            if (said - Listeners[i].Lines > MostBehind || (!WriterEars[i].IsFinished && said - own - WriterEars[i].Lines > MostBehind))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a break in the middle of something now and then, for up to a few windows; comes back if that was too long.</summary>
    private void Lag(int seed)
    {
        var random = new Random(seed);
        byte[] scratch = new byte[64 << 10];
        while (Volatile.Read(ref _writing) > 0)
        {
            int name = Interlocked.Increment(ref _names);
            var ear = new Ear(_door.Join(null));
            for (int said = 0; !ear.IsFinished && !ear.Member.IsEvicted;)
            {
                long rings = _bell.Rings;
                if (!ear.Take(scratch, random))
                {
                    if (!ear.IsFinished && !ear.Member.IsEvicted)
                    {
                        _bell.WaitForRingAfter(rings);
                    }

                    continue;
                }

                if (random.Next(4) == 0 && ear.Member.WantsInput && !IsAnybodyBehind())
                {
                    ear.Member.Receive(Encoding.ASCII.GetBytes(LineOf(name, said++)));
                }

                if (ear.HasLeftSome && random.Next(20) == 0)
                {
                    TakeABreak(ear, random.Next(700));
                }
            }

            ear.Member.Leave();
            Laggards.Enqueue((name, ear.Heard, ear.IsFinished));
        }
    }

    private void TakeABreak(Ear ear, int lines)
    {
        long end = _room.Sequence + lines;
        while (true)
        {
            long rings = _bell.Rings;
            if (_room.Sequence >= end || ear.Member.IsEvicted || Volatile.Read(ref _writing) == 0)
            {
                return;
            }

            _bell.WaitForRingAfter(rings);
        }
    }

    private void Pass(int seed)
    {
        var random = new Random(seed);
        byte[] scratch = new byte[64 << 10];
        while (Volatile.Read(ref _writing) > 0)
        {
            var ear = new Ear(_door.Join(null));

            // The last of them may come after the room has begun to drain, and be refused. Some stay until the window is full of what they do not take.
            for (int calls = random.Next(0, 40); calls > 0; calls--)
            {
                long rings = _bell.Rings;
                if (!ear.Take(scratch, random) && ear.Member.WantsInput)
                {
                    _bell.WaitForRingAfter(rings);
                }
            }

            ear.Member.Leave();
            Passers.Add(ear.Heard);
        }
    }
}
