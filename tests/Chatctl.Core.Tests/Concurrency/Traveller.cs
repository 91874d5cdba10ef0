using System.Globalization;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>A session that goes from connection to connection while it talks, and loses nothing on the way.</summary>
/// <remarks>
/// It has two threads, for <see cref="Speak"/> and for <see cref="Hear"/>. What both use is under its lock.
/// </remarks>
/// <param name="crowd">The others.</param>
/// <param name="name">Its number among those who speak.</param>
/// <param name="lines">How many lines it says; if none, it listens over one connection until the room drains.</param>
internal sealed partial class Traveller(SessionCrowd crowd, int name, int lines)
{
    // How many lines it says between two ends of a connection.
    private const int LinesEach = 40;

    private readonly Lock _gate = new();
    private readonly Random _random = new(name);
    private readonly Queue<(long N, string Line)> _unacked = new();
    private readonly List<Connection> _connections = [];
    private Connection? _current;
    private int _opened;

    public int Name => name;

    /// <summary>How many connections it has had.</summary>
    public int Connections => _opened;

    private string Client => $"{name}".PadLeft(22, 'a');

    /// <summary>Says its lines, and ends when the last of them has its receipt.</summary>
    public void Speak()
    {
        Connection connection = Connect();
        for (int n = 1; n <= lines; n++)
        {
            crowd.AwaitThoseBehind();
            string line = $"{{\"n\":{n},\"text\":\"{SessionCrowd.LineOf(name, n)[..^1]}\"}}\n";
            lock (_gate)
            {
                _unacked.Enqueue((n, line));
            }

            connection.Queue(line);
            if (_random.Next(3) == 0)
            {
                connection.SendAll(_random);
            }

            if (n % LinesEach == 0)
            {
                connection = (n / LinesEach % 5) switch
                {
                    0 => Lose(connection),
                    1 => Replace(connection),
                    2 => HalfClose(connection),
                    3 => HalfCloseAndLose(connection),
                    _ => ComeBackToNothing(connection),
                };
            }
        }

        if (lines > 0)
        {
            EndWithReceipt(connection);
        }
        else
        {
            Await(() => connection.IsOver);
        }

        _isDone = true;
        crowd.Bell.Ring();
    }

    /// <summary>Opens the session or resumes it, and sends all again that has no ack.</summary>
    private Connection Connect()
    {
        var connection = new Connection(crowd.Door.Join(Peer.Unknown), crowd.Bell);
        lock (_gate)
        {
            string since = _opened++ == 0 ? "" : $",\"since\":\"{_epoch}:{_position}\"";
            connection.Queue($"CHATCTL/1 {{\"client\":\"{Client}\",\"name\":\"t{name}\"{since}}}\n");
            connection.Queue(string.Concat(_unacked.Select(one => one.Line)));

            // From here on it does not listen to the connection before.
            _current = connection;
            _connections.Add(connection);
        }

        crowd.Bell.Ring();
        if (_random.Next(2) == 0)
        {
            // Time for some of what plain members get. So the room's hello often comes in the middle of that.
            Thread.Sleep(1);
        }

        connection.SendAll(_random);
        Await(() => connection.IsWelcomed);
        return connection;
    }

    /// <summary>The connection breaks, in the middle of what is being sent. Sometimes the room hears of that only after the next hello.</summary>
    private Connection Lose(Connection connection)
    {
        connection.SendSome(_random);
        connection.Lose();
        if (_random.Next(2) == 0)
        {
            Await(() => connection.IsOver);
        }

        return Connect();
    }

    /// <summary>A second connection takes the place of the first, which goes on to send the same lines at the same time.</summary>
    private Connection Replace(Connection connection)
    {
        var random = new Random(_random.Next());
        crowd.Start(() => connection.SendAll(random));
        return Connect();
    }

    private Connection HalfClose(Connection connection)
    {
        EndWithReceipt(connection);
        return Connect();
    }

    private Connection HalfCloseAndLose(Connection connection)
    {
        connection.SendAll(_random);
        connection.Member.EndOfInput();
        connection.Lose();
        return Connect();
    }

    /// <summary>All its lines have their acks when the connection breaks. It comes back, has nothing to say, and half-closes.</summary>
    private Connection ComeBackToNothing(Connection connection)
    {
        connection.SendAll(_random);
        Await(() => Unacked == 0);
        connection.Lose();
        return HalfClose(Connect());
    }

    private void EndWithReceipt(Connection connection)
    {
        connection.SendAll(_random);
        connection.Member.EndOfInput();
        Await(() => connection.IsOver);
        Check(connection.HasReceipt, "a half-close was not answered with a receipt");
        Check(Unacked == 0, string.Create(CultureInfo.InvariantCulture, $"the receipt came before the acks of {Unacked} lines"));
    }

    private int Unacked
    {
        get
        {
            lock (_gate)
            {
                return _unacked.Count;
            }
        }
    }

    private void Await(Func<bool> condition)
    {
        while (true)
        {
            long rings = crowd.Bell.Rings;
            if (condition())
            {
                return;
            }

            crowd.Bell.WaitForRingAfter(rings);
        }
    }

    private void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{name}: {otherwise}");
        }
    }
}
