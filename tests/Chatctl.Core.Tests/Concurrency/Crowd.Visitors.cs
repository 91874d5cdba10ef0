using System.Text;

namespace Chatctl.Core.Tests.Concurrency;

/// <content>The members that do not stay to the end: those that lag, and those that only pass by.</content>
internal sealed partial class Crowd
{
    /// <summary>
    /// A member that takes a break in the middle of a line now and then, for up to a few windows. If that was too long and it is evicted,
    /// another one joins.
    /// </summary>
    private void Lag(int seed)
    {
        var random = new Random(seed);
        byte[] scratch = new byte[64 << 10];
        while (Volatile.Read(ref _writing) > 0)
        {
            int name = Interlocked.Increment(ref _names);
            var ear = new Ear(_door.Join(Peer.Unknown));
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

                if (random.Next(4) == 0 && ear.Member.WantsInput && !IsAnyBehind())
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
            var ear = new Ear(_door.Join(Peer.Unknown));

            // The last of these members may come after the room has begun to drain, and be refused. Some take nothing and stay until the window is full.
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
