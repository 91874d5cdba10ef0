using System.Text;

namespace Chatctl.Terminal;

/// <summary>
/// What a person types on a terminal without a line editor, as a stream: lines that are to be sent are in it, and the chat does what commands
/// mean. One thread reads.
/// </summary>
internal sealed class ChatInput : OneWayStream
{
    private readonly Stream _typed;
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _begun = [];
    private readonly Queue<byte[]> _said = [];
    private ReadOnlyMemory<byte> _rest;
    private bool _isOver;
    private bool _hasLeft;

    /// <param name="typed">Gives what the system has edited. It is not disposed.</param>
    /// <param name="make">Makes the chat. The chat says lines with what it gets.</param>
    public ChatInput(Stream typed, Func<Action<IReadOnlyList<string>>, Chat> make) => (_typed, Chat) = (typed, make(Say));

    /// <summary>Does what the lines mean.</summary>
    public Chat Chat { get; }

    public override bool CanRead => true;

    /// <summary>Waits for a line that is to be sent.</summary>
    /// <returns>How many bytes were read; 0 when the person has ended the input.</returns>
    public override int Read(Span<byte> buffer)
    {
        while (_rest.IsEmpty && (_said.TryDequeue(out byte[]? line) || !_isOver))
        {
            _rest = line;
            if (line is null)
            {
                Take();
            }
        }

        int count = Math.Min(_rest.Length, buffer.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    private void Say(IReadOnlyList<string> lines) => _said.Enqueue(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    private void Take()
    {
        int count = _typed.Read(_buffer, 0, _buffer.Length);
        _isOver = count == 0;
        _begun.AddRange(_buffer.AsSpan(0, count));
        if (_isOver && _begun.Count > 0)
        {
            _begun.Add((byte)'\n');
        }

        while (!_hasLeft && _begun.IndexOf((byte)'\n') is >= 0 and var end)
        {
            string line = Encoding.UTF8.GetString([.. _begun[..end]]);
            _begun.RemoveRange(0, end + 1);
            _hasLeft = !Chat.Enter([line]);
        }

        _isOver |= _hasLeft;
    }
}
