using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>Threads that write, read, come and go in one room whose window is a few kilobytes.</summary>
internal sealed partial class Crowd : IDisposable
{
    public const int Writers = 3;
    public const int LinesEach = 30_000;

    // In lines. There are always far more lines between the oldest segment and the newest line, even if the segments are filled badly.
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

        // No member may be evicted because the machine is slow.
        var options = new RoomOptions { Echo = echo, Slow = slow, MaxLineBytes = 64, BufferBytes = 256 * RoomOptions.Segments, StallTimeout = TimeSpan.FromDays(1) };
        _room = new Room(options, TimeProvider.System, NullLogger<Room>.Instance);
        _door = _room.OpenDoor(_bell.Ring);
    }

    public Ear[] WriterEars { get; } = new Ear[Writers];

    public Ear[] Listeners { get; } = new Ear[3];

    /// <summary>What the members heard that came while others were talking, and left again.</summary>
    public List<string> Passers { get; } = [];

    /// <summary>What the members heard that take a break now and then, and say a line. Under the policies that do not wait.</summary>
    public ConcurrentQueue<(int Name, string Heard, bool ToTheEnd)> Laggards { get; } = [];

    public long Sequence => _room.Sequence;

    public long Evictions(EvictionReason reason) => _room.Evictions(reason);

    public static string LineOf(int writer, int number) => $"{writer} {number} {new string((char)('a' + (number % 26)), number % 40)}\n";

    /// <summary>Runs all threads to their ends. Throws what a thread has thrown.</summary>
    public async Task Run()
    {
        for (int i = 0; i < Listeners.Length; i++)
        {
            Listeners[i] = new Ear(_door.Join(Peer.Unknown));
        }

        for (int i = 0; i < Writers; i++)
        {
            WriterEars[i] = new Ear(_door.Join(Peer.Unknown));
        }

        // A reading thread has members that only listen and members that write, as a transport's loop has.
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
                if (!member.WantsInput || (!_waits && IsAnyBehind()))
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
                    // At most the terminator of the last line is left, and the end of input adds that.
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
                throw new InvalidOperationException("a member that keeps up was evicted");
            }

            if (!_waits && (any || ears.Count(ear => ear.IsFinished) > finished))
            {
                // Writers wait for these members.
                _bell.Ring();
            }

            if (!any && !Array.TrueForAll(ears, ear => ear.IsFinished))
            {
                _bell.WaitForRingAfter(rings);
            }
        }
    }

    /// <summary>
    /// Whether a member that takes no breaks is so far behind that the room could take it for slow. Writers wait for these members. So if one
    /// of them skips or is evicted, the room is at fault, and not the machine.
    /// </summary>
    private bool IsAnyBehind()
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
}
