using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;

namespace Chatctl.Bench.Sessions;

/// <summary>
/// The lines of one session that have no ack yet, as they are sent. A line stays here until it is acknowledged, so that it can be sent again
/// over another connection.
/// </summary>
/// <param name="size">Bytes a line of the load, including its end.</param>
internal sealed class Outbox(int size)
{
    // {"n":,"text":""}, a number, and each byte of the text as an escape of two bytes.
    private readonly int _longest = 64 + (2 * size);
    private readonly Queue<Waiting> _waiting = new();
    private byte[] _bytes = new byte[4096];

    // The bytes of the lines that wait lie between _from and _to; those before _sent were sent over this connection. _passed counts the
    // bytes that were removed. So _passed + _sent is a place in all that was ever written.
    private int _from;
    private int _sent;
    private int _to;
    private long _passed;
    private long _reached;

    /// <summary>How many lines were added. The last of them has this number.</summary>
    public long Said { get; private set; }

    /// <summary>How many lines have no ack yet.</summary>
    public int Unacknowledged => _waiting.Count;

    /// <summary>What is to be sent over this connection.</summary>
    public ReadOnlySpan<byte> Unsent => _bytes.AsSpan(_sent, _to - _sent);

    /// <summary>Adds a line.</summary>
    /// <param name="line">A line of the load, with its end.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        MakeRoom();
        Span<byte> rest = _bytes.AsSpan(_to);
        int length = Copy("{\"n\":"u8, rest);
        _ = Utf8Formatter.TryFormat(++Said, rest[length..], out int written);
        length += written;
        length += Copy(",\"text\":\""u8, rest[length..]);
        _ = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(line[..^1], rest[length..], out _, out written);
        length += written;
        length += Copy("\"}\n"u8, rest[length..]);
        _to += length;
        ReadOnlySpan<ulong> fields = MemoryMarshal.Cast<byte, ulong>(line);
        _waiting.Enqueue(new Waiting(Said, _passed + _to, fields[0], fields[1]));
    }

    /// <summary>Notes that bytes of <see cref="Unsent"/> were sent.</summary>
    public void Advance(int count)
    {
        _sent += count;
        _reached = Math.Max(_reached, _passed + _sent);
    }

    /// <summary>Begins a connection: everything that has no ack is to be sent again.</summary>
    public void Rewind() => _sent = _from;

    /// <summary>Removes all lines up to one that was acknowledged.</summary>
    /// <param name="n">Its number among the lines that were added.</param>
    /// <param name="origin">The first field of the line, as in <see cref="LineFormat"/>; 0 if it was acknowledged before.</param>
    /// <param name="number">Its second field.</param>
    /// <returns>False if the line was not sent.</returns>
    public bool TryRemove(long n, out ulong origin, out ulong number)
    {
        (origin, number) = (0, 0);
        while (_waiting.TryPeek(out Waiting line) && line.N <= n && line.End <= _reached)
        {
            _ = _waiting.Dequeue();
            _from = (int)(line.End - _passed);

            // After a resume, an ack may come before its line was sent again. Then it need not be sent again.
            _sent = Math.Max(_sent, _from);
            if (line.N == n)
            {
                (origin, number) = (line.Origin, line.Number);
            }
        }

        return n > 0 && n <= Said && (!_waiting.TryPeek(out Waiting next) || next.N > n);
    }

    private void MakeRoom()
    {
        if (_bytes.Length - _to >= _longest)
        {
            return;
        }

        byte[] target = _to - _from + _longest > _bytes.Length / 2 ? new byte[2 * (_bytes.Length + _longest)] : _bytes;
        _bytes.AsSpan(_from, _to - _from).CopyTo(target);
        _bytes = target;
        _passed += _from;
        (_from, _sent, _to) = (0, _sent - _from, _to - _from);
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        return source.Length;
    }

    private readonly record struct Waiting(long N, long End, ulong Origin, ulong Number);
}
