using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>Threads that write, read, come and go in one room whose window is a few kilobytes.</summary>
internal sealed class Crowd : IDisposable
{
    public const int Writers = 3;
    public const int LinesEach = 30_000;
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private readonly Bell _bell = new(Watchdog);
    private readonly Room _room;
    private readonly IDoor _door;
    private int _writing = Writers;

    public Crowd(bool echo)
    {
        // Nobody is to be evicted here, however slow the machine.
        var options = new RoomOptions { Echo = echo, MaxLineBytes = 64, BufferBytes = 256 * RoomOptions.Segments, StallTimeout = TimeSpan.FromDays(1) };
        _room = new Room(options, TimeProvider.System, NullLogger<Room>.Instance);
        _door = _room.OpenDoor(_bell.Ring);
    }

    public Ear[] WriterEars { get; } = new Ear[Writers];

    public Ear[] Listeners { get; } = new Ear[3];

    /// <summary>What those heard who came while others were talking, and left again.</summary>
    public List<string> Passers { get; } = [];

    public long Sequence => _room.Sequence;

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
        for (int number = 0; number < LinesEach; number++)
        {
            waiting.AddRange(Encoding.ASCII.GetBytes(LineOf(writer, number)));
            while (waiting.Count > 200 || number == LinesEach - 1)
            {
                int chunk = Math.Min(random.Next(1, 150), waiting.Count);
                long rings = _bell.Rings;
                if (!member.WantsInput)
                {
                    _bell.WaitForRingAfter(rings);
                    continue;
                }

                member.Receive([.. waiting.Take(chunk)]);
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
            foreach (Ear ear in ears)
            {
                any |= ear.Take(scratch, random);
            }

            if (!any && !Array.TrueForAll(ears, ear => ear.IsFinished))
            {
                _bell.WaitForRingAfter(rings);
            }
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
