using Chatctl.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Fuzz;

/// <summary>
/// Framing through a room, compared with a model that takes one byte at a time. The input says what each sender sends, in which chunks, and when
/// the others listen.
/// </summary>
/// <remarks>
/// The first byte chooses the framing, and whether senders hear their own lines. Steps follow. The two highest bits of a step's first byte choose: with 0 or 1,
/// that sender sends as many of the following bytes as the other bits say; with 2, a sender's input ends or the sender leaves; with 3, the listener takes some of
/// what is pending.
/// </remarks>
internal static class FramingTarget
{
    private const int MaxLine = 16;

    /// <summary>Plays an input.</summary>
    /// <exception cref="InvalidOperationException">The room and the model differ.</exception>
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        var options = new RoomOptions
        {
            Framing = (Framing)(input[0] % 3),
            Echo = (input[0] & 0x80) != 0,
            MaxLineBytes = MaxLine,
            BufferBytes = MaxLine * 16 * 2,
        };
        using var room = new Room(options, new StoppedClock(), NullLogger<Room>.Instance);
        using IDoor door = room.OpenDoor(static () => { });
        var listener = new Hearer(door);
        Sender[] senders = [new(door, options), new(door, options)];
        byte[] chunk = new byte[64];
        for (int at = 1; at < input.Length;)
        {
            byte step = input[at++];
            int count = Math.Min(step & 0x3f, input.Length - at);
            Sender sender = senders[(step >> 6) & 1];
            switch (step >> 6)
            {
                case 0 or 1:
                    input.Slice(at, count).CopyTo(chunk);
                    at += count;
                    byte[] relayed = sender.Send(chunk.AsSpan(0, count));
                    Array.Fill(chunk, (byte)'!'); // The room must copy what it keeps: the buffer is only lent to it.
                    listener.Expect(relayed);
                    Array.ForEach(senders, other => other.ExpectFrom(sender, relayed));
                    break;
                case 2 when (step & 2) == 0:
                    byte[] tail = senders[step & 1].Finish();
                    listener.Expect(tail);
                    Array.ForEach(senders, other => other.ExpectFrom(senders[step & 1], tail));
                    break;
                case 2:
                    senders[step & 1].Leave();
                    break;
                default:
                    listener.Take(step & 0x3f);
                    break;
            }
        }

        listener.TakeAll();

        // A receipt waits until all the others have been asked what is pending.
        Array.ForEach(senders, sender => sender.TakeRest());
        Array.ForEach(senders, sender => sender.Check());
    }

    private static void Must(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    /// <summary>A member, and what it must hear.</summary>
    private class Hearer(IDoor door)
    {
        private readonly byte[] _scratch = new byte[24];
        private readonly Queue<byte> _expected = new();

        protected IMember Member { get; } = door.Join(Peer.Unknown);

        public void Expect(byte[] bytes) => Array.ForEach(bytes, _expected.Enqueue);

        public void TakeAll()
        {
            Take(int.MaxValue);
            Must(_expected.Count == 0, $"{_expected.Count} bytes were not delivered");
        }

        /// <summary>Takes at most so many bytes, and compares them with the model.</summary>
        public void Take(int most)
        {
            while (most > 0 && Member.Pending(_scratch, out ReadOnlyMemory<byte> bytes) == Outbound.Bytes)
            {
                int count = Math.Min(most, bytes.Length);
                foreach (byte b in bytes.Span[..count])
                {
                    Must(_expected.TryDequeue(out byte due) && b == due, "a byte that nobody sent, or in another place");
                }

                Member.Sent(count);
                most -= count;
            }
        }
    }

    /// <summary>A member that sends, and what the model says about its lines.</summary>
    private sealed class Sender(IDoor door, RoomOptions options) : Hearer(door)
    {
        private readonly byte _terminator = options.Framing == Framing.Nul ? (byte)0 : (byte)'\n';
        private readonly List<byte> _unit = [];
        private bool _hasSent;
        private bool _ended;
        private bool _evicted;
        private bool _left;

        /// <returns>What the others must hear of it.</returns>
        public byte[] Send(ReadOnlySpan<byte> chunk)
        {
            if (_left)
            {
                return [];
            }

            Member.Receive(chunk);
            if (_ended || _evicted)
            {
                return [];
            }

            _hasSent |= chunk.Length > 0;
            return options.Framing == Framing.Raw ? chunk.ToArray() : Cut(chunk);
        }

        /// <returns>What the others must hear of its last, unfinished line.</returns>
        public byte[] Finish()
        {
            if (_left)
            {
                return [];
            }

            Member.EndOfInput();
            bool hasTail = !_ended && !_evicted && _unit.Count > 0;
            _ended = true;
            byte[] tail = hasTail ? [.. _unit, _terminator] : [];
            _unit.Clear();
            return tail;
        }

        public void Leave()
        {
            if (!_left)
            {
                Member.Leave();
            }

            _left = true;
        }

        public void ExpectFrom(Sender sender, byte[] bytes)
        {
            // A sender that has ended must get what came before its end. A listener must get everything.
            if (!_left && !_evicted && (sender != this || options.Echo) && (sender == this || !(_ended && _hasSent)))
            {
                Expect(bytes);
            }
        }

        public void TakeRest()
        {
            if (!_left && !_evicted)
            {
                TakeAll();
            }
        }

        public void Check()
        {
            if (_left)
            {
                return;
            }

            Must(Member.IsEvicted == _evicted, _evicted ? "a line that is too long was let pass" : "evicted for nothing");
            Must(!Member.WantsInput || !(_ended || _evicted), "input is wanted that would be dropped");
            if (!_evicted)
            {
                Outbound end = Member.Pending(Memory<byte>.Empty, out _);
                Must((end is Outbound.Finish or Outbound.CutOff) == (_ended && _hasSent), $"the end is {end}");
            }
        }

        private byte[] Cut(ReadOnlySpan<byte> chunk)
        {
            var relayed = new List<byte>();
            foreach (byte b in chunk)
            {
                _unit.Add(b);
                if (b == _terminator && _unit.Count <= MaxLine)
                {
                    relayed.AddRange(_unit);
                    _unit.Clear();
                }
                else if (_unit.Count >= MaxLine)
                {
                    _evicted = true;
                    _unit.Clear();
                    break;
                }
            }

            return [.. relayed];
        }
    }

    /// <summary>A clock that stands still, so that no member ever stalls.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StoppedTimer();

        private sealed class StoppedTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
