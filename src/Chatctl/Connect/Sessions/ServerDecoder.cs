using System.Text;
using Chatctl.Cli;

namespace Chatctl.Connect.Sessions;

/// <summary>
/// Splits what arrives over the connections of a session into lines, and tells a listener what each means. Everything before the server's
/// hello is ignored: until then the client is a plain member, and lines of the room may come. Only a hello with this client's id is the
/// server's, because a line of the room can look like one.
/// </summary>
/// <remarks>Not thread-safe. Once it is warm, a line of the room or an ack costs no allocation.</remarks>
/// <param name="peer">The server, for messages.</param>
/// <param name="client">This client's id.</param>
/// <param name="listener">Gets what the lines mean.</param>
internal sealed class ServerDecoder(string peer, string client, IServerListener listener)
{
    /// <summary>No hello is longer, in bytes.</summary>
    public const int LongestHello = 4096;

    // What stands around the text of a line: its number, its time, and a name that may be escaped.
    private const int Overhead = 4096;

    private readonly ObjectReader _objects = new(listener);
    private byte[] _held = [];
    private int _length;
    private bool _isTooLong;
    private bool _isNewDelay;
    private int _longest;

    /// <summary>Whether the server's hello has come over this connection.</summary>
    public bool IsWelcomed { get; private set; }

    /// <summary>
    /// The server's refusal of the hello. It is known only from its form, and a line of the room can have that form too. So it counts only if
    /// the connection ends after it: it is null again as soon as anything follows.
    /// </summary>
    public ServerError? Refusal { get; private set; }

    /// <summary>Whether the server has said over this connection that its hello takes longer.</summary>
    public bool IsDelayed { get; private set; }

    /// <summary>Whether the server has said so since the last call.</summary>
    public bool TakeDelay()
    {
        bool isNew = _isNewDelay;
        _isNewDelay = false;
        return isNew;
    }

    /// <summary>Begins with another connection. The beginning of a line that the last one left is dropped.</summary>
    public void Begin() => (IsWelcomed, IsDelayed, _isNewDelay, Refusal, _length, _isTooLong) = (false, false, false, null, 0, false);

    /// <summary>Reads bytes as they arrive.</summary>
    /// <param name="bytes">They continue those of the last call.</param>
    /// <exception cref="ConnectionException">A line is not one of a server.</exception>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // In a room whose lines end with NUL, those that come before the hello do too.
            int end = IsWelcomed ? bytes.IndexOf((byte)'\n') : bytes.IndexOfAny((byte)'\n', (byte)0);
            if (end < 0 || _length > 0 || _isTooLong)
            {
                Hold(end < 0 ? bytes : bytes[..end]);
            }

            if (end < 0)
            {
                return;
            }

            ReadOnlySpan<byte> line = _length > 0 ? _held.AsSpan(0, _length) : _isTooLong ? [] : bytes[..end];
            (_length, _isTooLong) = (0, false);
            bytes = bytes[(end + 1)..];
            Interpret(line is [.. var text, (byte)'\r'] ? text : line);
        }
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        int longest = IsWelcomed ? _longest : LongestHello;
        if (bytes.Length > longest - _length)
        {
            if (IsWelcomed)
            {
                throw new ConnectionException($"{peer} has sent a line of more than {longest} bytes");
            }

            (_length, _isTooLong, Refusal) = (0, true, null);
        }

        if (_isTooLong)
        {
            return;
        }

        if (_length + bytes.Length > _held.Length)
        {
            Array.Resize(ref _held, Math.Max(LongestHello, 2 * (_length + bytes.Length)));
        }

        bytes.CopyTo(_held.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Interpret(ReadOnlySpan<byte> line)
    {
        if (!IsWelcomed)
        {
            Refusal = null;
            if (HelloReader.TryRead(line, client, out ServerHello? hello, out ServerError? refusal, out bool isDelayed))
            {
                IsWelcomed = true;
                _longest = (int)Math.Min(int.MaxValue / 4, (6L * hello.MaxText) + 1024 + Overhead);
                listener.Welcomed(hello);
            }

            Refusal = refusal;
            IsDelayed |= isDelayed;
            _isNewDelay |= isDelayed;
            return;
        }

        if (!line.IsEmpty && !_objects.TryRead(line))
        {
            // The beginning tells what it is, and the message stays one line.
            string text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 40)]);
            throw new ConnectionException($"{peer} has sent a line that is not of a session: {text}{(line.Length > 40 ? "…" : "")}");
        }
    }
}
