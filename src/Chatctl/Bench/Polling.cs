using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>Asks every socket in turn, by the base library, on whatever system: what epoll is not there for.</summary>
internal sealed class Polling : IReadiness
{
    private readonly List<Socket> _sockets = [];
    private int _next;

    /// <inheritdoc/>
    public void Add(Socket socket) => _sockets.Add(socket);

    /// <inheritdoc/>
    public int Wait(Span<int> numbers, int milliseconds)
    {
        int count = Look(numbers);
        if (count > 0 || milliseconds == 0)
        {
            return count;
        }

        Thread.Sleep(1);
        return Look(numbers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing of its own.
    }

    private int Look(Span<int> numbers)
    {
        int count = 0;
        for (int i = 0; i < _sockets.Count && count < numbers.Length; i++)
        {
            // From where the last look has left off, so that those in front do not keep the others from being served.
            _next = (_next + 1) % _sockets.Count;
            if (_sockets[_next].Poll(0, SelectMode.SelectRead))
            {
                numbers[count++] = _next;
            }
        }

        return count;
    }
}
