using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>Asks every socket in turn with the base library. It works on systems without epoll.</summary>
internal sealed class Polling : IReadiness
{
    private readonly SortedList<int, Socket> _sockets = [];
    private int _next;

    /// <inheritdoc/>
    public void Add(Socket socket, int number) => _sockets[number] = socket;

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
        // It owns nothing.
    }

    private int Look(Span<int> numbers)
    {
        int count = 0;
        for (int i = 0; i < _sockets.Count && count < numbers.Length; i++)
        {
            // Continue after the last socket that was asked, so that the first sockets do not keep the others from being served.
            _next = (_next + 1) % _sockets.Count;
            if (_sockets.GetValueAtIndex(_next).Poll(0, SelectMode.SelectRead))
            {
                numbers[count++] = _sockets.GetKeyAtIndex(_next);
            }
        }

        return count;
    }
}
