namespace Chatctl.Bench.Sessions;

/// <summary>
/// Checks the numbers that the server gives to lines. All sessions and acks must say the same number for the same line, and for a session they
/// must grow. A number that a session did not get is that of one of its own lines, unless the server said that it is gone. So only one session may skip a number:
/// the one that said the line. The two may become known in any order.
/// </summary>
/// <param name="clients">How many clients there are, sessions and others.</param>
/// <param name="echo">Whether a sender also gets its own lines.</param>
/// <param name="faults">Counts what is wrong.</param>
internal sealed class LineNumbers(int clients, bool echo, Faults faults)
{
    // A server whose numbers jump further than this makes them up.
    private const long MostAhead = 1 << 24;

    private readonly long[] _positions = [.. Enumerable.Repeat(-1L, clients)];
    private readonly long[] _skipped = new long[clients];

    // What is known about the numbers from _base on: number n is at n modulo the length, which is a power of two.
    private Entry[] _entries = new Entry[1 << 16];
    private Entry _unknown;
    private long _base = -1;
    private int _begun;

    /// <summary>How many clients are sessions. Numbers are kept until all of them have passed by.</summary>
    public int Sessions { get; init; }

    /// <summary>The number that a session has come to.</summary>
    public long Position(int client) => _positions[client];

    /// <summary>Begins a session.</summary>
    /// <param name="client">The session.</param>
    /// <param name="first">The number of the first line that it can get.</param>
    public void Begin(int client, long first)
    {
        _positions[client] = first - 1;
        _base = _base < 0 ? first : _base;
        _begun++;
    }

    /// <summary>A session received a line.</summary>
    /// <param name="client">The session.</param>
    /// <param name="seq">The number of the line.</param>
    /// <param name="origin">The first field of the line, as in <see cref="LineFormat"/>; 0 if it is not a line of the load.</param>
    /// <param name="number">Its second field.</param>
    public void Receive(int client, long seq, ulong origin, ulong number)
    {
        if (TryMove(client, seq))
        {
            Tell(seq, origin, number);
            _positions[client] = seq;
        }
    }

    /// <summary>The server says that lines are gone, or are not sent to a session.</summary>
    public void Lose(int client, long first, long last)
    {
        if (last < first || first <= _positions[client])
        {
            faults.Misnumbered++;
        }
        else if (TryMove(client, first))
        {
            _positions[client] = last;
        }
    }

    /// <summary>A session received an ack for a line of its own.</summary>
    /// <inheritdoc cref="Receive"/>
    public void Acknowledge(long seq, ulong origin, ulong number)
    {
        if (seq - _base >= MostAhead)
        {
            faults.Misnumbered++;
        }
        else
        {
            Tell(seq, origin, number);
        }
    }

    /// <summary>Finds the numbers that a session skipped without a reason. Call it once, at the end.</summary>
    /// <param name="client">The session.</param>
    /// <param name="said">How many lines it said.</param>
    public void Conclude(int client, long said) => faults.Misnumbered += Math.Max(0, _skipped[client] - said);

    /// <summary>Moves a session to just before a number.</summary>
    private bool TryMove(int client, long seq)
    {
        long position = _positions[client];
        if (seq <= position || seq - position > MostAhead || seq - _base > MostAhead)
        {
            faults.Misnumbered++;
            return false;
        }

        for (long skipped = position + 1; skipped < seq; skipped++)
        {
            Skip(client, skipped);
        }

        return true;
    }

    private void Tell(long seq, ulong origin, ulong number)
    {
        ref Entry entry = ref At(seq);
        if (entry.Origin == 0)
        {
            (entry.Origin, entry.Number) = (origin, number);
            faults.Misnumbered += entry.IsConsistent(clients) ? 0 : 1;
        }
        else if (origin != 0 && (entry.Origin, entry.Number) != (origin, number))
        {
            faults.Misnumbered++;
        }
    }

    private void Skip(int client, long seq)
    {
        _skipped[client]++;
        ref Entry entry = ref At(seq);
        bool isFirst = entry.Skipper == 0;
        entry.Skipper = client + 1;
        faults.Misnumbered += !echo && isFirst && entry.IsConsistent(clients) ? 0 : 1;
    }

    private ref Entry At(long seq)
    {
        // All sessions have passed by this number. An ack may come as late as that, and then cannot be compared.
        if (seq < _base)
        {
            _unknown = default;
            return ref _unknown;
        }

        while (seq - _base >= _entries.Length)
        {
            MakeRoom();
        }

        return ref _entries[seq & (_entries.Length - 1)];
    }

    /// <summary>Forgets the numbers that all sessions have passed by, or keeps more than before.</summary>
    private void MakeRoom()
    {
        long passed = _begun < Sessions ? 0 : _positions.Where(position => position >= 0).Min() + 1 - _base;
        if (passed < _entries.Length / 2)
        {
            var more = new Entry[2 * _entries.Length];
            for (long seq = _base; seq < _base + _entries.Length; seq++)
            {
                more[seq & (more.Length - 1)] = _entries[seq & (_entries.Length - 1)];
            }

            _entries = more;
            return;
        }

        for (long seq = _base; seq < _base + Math.Min(passed, _entries.Length); seq++)
        {
            _entries[seq & (_entries.Length - 1)] = default;
        }

        _base += passed;
    }

    private struct Entry
    {
        // The line that has the number; 0 as long as it is not known.
        public ulong Origin;
        public ulong Number;

        // The session that did not get the number, counted from 1; 0 as long as there is none.
        public int Skipper;

        public readonly bool IsConsistent(int clients) => Origin == 0 || Skipper == 0 || Skipper == clients - LineFormat.SenderOf(Origin);
    }
}
