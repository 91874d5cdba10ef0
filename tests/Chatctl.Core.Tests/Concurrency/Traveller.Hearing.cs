using System.Text;
using System.Text.Json;

namespace Chatctl.Core.Tests.Concurrency;

/// <content>What it hears over its connections, as a client of the protocol.</content>
internal sealed partial class Traveller
{
    private readonly List<(long Seq, string Text)> _heard = [];
    private readonly List<long> _acks = [0];
    private readonly StringBuilder _told = new();
    private string? _epoch;
    private long _id;
    private long _start;
    private long _position;
    private long _counted;
    private volatile bool _isDone;

    /// <summary>The lines that it has heard, with their numbers. Once its threads have ended.</summary>
    public IReadOnlyList<(long Seq, string Text)> Heard => _heard;

    /// <summary>The room's numbers of its own lines, by the client's numbers from 1, where an ack has told them. 0 where none has. Once its threads have ended.</summary>
    public IReadOnlyList<long> Acks => _acks;

    /// <summary>All lines and events as they came. Once its threads have ended.</summary>
    public string Told => _told.ToString();

    /// <summary>After which line its first connection began. Once it has been welcomed.</summary>
    public long Begin => _start;

    public bool IsWelcomed => Volatile.Read(ref _epoch) is not null;

    /// <summary>Whether it has begun, and has not ended. From any thread.</summary>
    public bool IsThere => IsWelcomed && !_isDone;

    /// <summary>The number of the last line that it has heard. From any thread.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>How many of the room's lines it knows of: those before it came, those that it has heard, and its own that have an ack. From any thread.</summary>
    public long Counted => Interlocked.Read(ref _counted);

    /// <summary>Takes what the room sends over its connections, and lets them end.</summary>
    public void Hear()
    {
        var random = new Random(-name - 1);
        byte[] scratch = new byte[64 << 10];
        while (!_isDone)
        {
            long rings = crowd.Bell.Rings;
            Connection[] connections;
            lock (_gate)
            {
                _connections.RemoveAll(connection => connection.IsOver);
                connections = [.. _connections];
            }

            bool any = false;
            foreach (Connection connection in connections)
            {
                any |= Take(connection, scratch, random);
            }

            if (any)
            {
                // Those who speak may wait for it.
                crowd.Bell.Ring();
            }
            else if (!_isDone)
            {
                crowd.Bell.WaitForRingAfter(rings);
            }
        }
    }

    /// <returns>Whether anything was there to do.</returns>
    private bool Take(Connection connection, byte[] scratch, Random random)
    {
        int size = random.Next(4) switch { 0 => 0, 1 => 16, 2 => 100, _ => scratch.Length };
        Outbound outbound = connection.Member.Pending(scratch.AsMemory(0, size), out ReadOnlyMemory<byte> bytes);
        int taken = random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length;
        if (connection.IsLost || connection.Member.IsEvicted)
        {
            lock (_gate)
            {
                Check(connection.IsLost || connection != _current, "a connection that nothing has replaced was evicted");
            }

            // The system took this, and the client never gets it.
            connection.Member.Sent(taken);
            connection.End(hasReceipt: false);
            return true;
        }

        switch (outbound)
        {
            case Outbound.Nothing:
                return false;

            case Outbound.Bytes:
                lock (_gate)
                {
                    if (connection == _current)
                    {
                        Read(connection, Encoding.ASCII.GetString(bytes.Span[..taken]));
                    }
                }

                connection.Member.Sent(taken);
                return true;

            default:
                connection.End(hasReceipt: outbound == Outbound.Finish);
                return true;
        }
    }

    private void Read(Connection connection, string text)
    {
        string[] parts = (connection.Beginning + text).Split('\n');
        connection.Beginning = parts[^1];
        foreach (string line in parts[..^1])
        {
            if (connection.IsWelcomed)
            {
                _told.Append(line).Append('\n');
                Heed(connection, JsonElement.Parse(line));
            }
            else if (line.StartsWith("CHATCTL/1 ", StringComparison.Ordinal))
            {
                Welcome(connection, JsonElement.Parse(line["CHATCTL/1 ".Length..]));
            }
        }
    }

    private void Welcome(Connection connection, JsonElement hello)
    {
        Check(hello.GetProperty("client").GetString() == Client, $"a hello for another client: {hello}");
        Check(!hello.TryGetProperty("gap", out _), $"lines are gone: {hello}");
        Check(hello.GetProperty("resumed").GetBoolean() == _epoch is not null, $"the session is not the one that it was: {hello}");
        long before = hello.GetProperty("first").GetInt64() - 1;
        if (_epoch is null)
        {
            (_id, _start) = (hello.GetProperty("id").GetInt64(), before);
            Interlocked.Exchange(ref _position, before);
            Interlocked.Exchange(ref _counted, before);
            Volatile.Write(ref _epoch, hello.GetProperty("epoch").GetString());
        }

        Check(hello.GetProperty("epoch").GetString() == _epoch && hello.GetProperty("id").GetInt64() == _id, $"the hello has changed: {hello}");
        Check(before == _position, $"the position was {_position}: {hello}");
        connection.IsWelcomed = true;
    }

    private void Heed(Connection connection, JsonElement told)
    {
        if (told.TryGetProperty("text", out JsonElement text))
        {
            long seq = told.GetProperty("seq").GetInt64();
            Check(seq > _position, $"line {seq} came after line {_position}");
            _heard.Add((seq, text.GetString()! + '\n'));
            Interlocked.Exchange(ref _position, seq);
            Interlocked.Increment(ref _counted);
        }
        else if (told.TryGetProperty("ack", out JsonElement ack))
        {
            HeedAck(connection, ack.GetInt64(), told.GetProperty("seq").GetInt64());
        }
        else
        {
            Check(told.TryGetProperty("event", out _), $"unexpected: {told}");
        }
    }

    private void HeedAck(Connection connection, long n, long seq)
    {
        long last = _acks.Count - 1;
        Check(n > connection.Acked || n == last, $"ack {n} came after ack {connection.Acked} over the same connection");
        Check(n >= last && (n > last || last == 0 || _acks[^1] == seq), $"ack {n} with line {seq} came after ack {last} with line {_acks[^1]}");
        Check(_unacked.Count == 0 ? n == last : n < _unacked.Peek().N + _unacked.Count, $"ack {n} is for a line that was never said");
        crowd.CheckSentToAll(seq);
        connection.Acked = n;
        while (_unacked.TryPeek(out (long N, string Line) first) && first.N <= n)
        {
            _unacked.Dequeue();
            _acks.Add(first.N == n ? seq : 0);
            if (!crowd.Echo)
            {
                Interlocked.Increment(ref _counted);
            }
        }
    }
}
