using System.Net;
using System.Net.Sockets;

namespace Chatctl.Tests.Bench;

/// <summary>A relay for lines of 64 bytes. It treats the lines for one of its members as the test says.</summary>
internal sealed class BadRelay : IDisposable
{
    public const int LineSize = 64;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _members = [];
    private readonly Action<BadRelay, byte[]> _deliver;
    private readonly int _expected;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _isOver = new();
    private Socket? _first;
    private int _lines;

    /// <param name="members">How many members will join.</param>
    /// <param name="deliver">Delivers the hundredth line, and all later lines, to the first member. All other members get each line unchanged.</param>
    public BadRelay(int members, Action<BadRelay, byte[]> deliver)
    {
        (_expected, _deliver) = (members, deliver);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = _listener.LocalEndPoint!.ToString()!;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public string Address { get; }

    /// <summary>The number of the current line.</summary>
    public int Number => _lines;

    /// <summary>A line that the test keeps for later.</summary>
    public byte[]? Kept { get; set; }

    public void Send(params ReadOnlySpan<byte> bytes) => _first!.Send(bytes);

    /// <summary>Closes the connection of the first member. The other connections stay open.</summary>
    public void CloseOne()
    {
        _members.Remove(_first!);
        _first!.Dispose();
    }

    /// <summary>Relays nothing more until the end of the test.</summary>
    public void Stop() => _isOver.Wait();

    public void Dispose()
    {
        _isOver.Set();
        _listener.Dispose();
        _thread.Join(Watchdog.Patience);
        _isOver.Dispose();
    }

    private void Run()
    {
        try
        {
            while (_members.Count < _expected)
            {
                _members.Add(_listener.Accept());
            }

            _first = _members[0];
            byte[] line = new byte[LineSize];
            while (true)
            {
                List<Socket> ready = [.. _members];
                Socket.Select(ready, null, null, -1);
                foreach (Socket sender in ready)
                {
                    for (int done = 0, count; done < LineSize; done += count)
                    {
                        count = sender.Receive(line, done, LineSize - done, SocketFlags.None);
                        if (count == 0)
                        {
                            return;
                        }
                    }

                    Relay(sender, line);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The tool has ended, or the test is over.
        }
        finally
        {
            _members.ForEach(member => member.Dispose());
        }
    }

    private void Relay(Socket sender, byte[] line)
    {
        _lines++;
        foreach (Socket receiver in _members.Where(member => member != sender).ToArray())
        {
            if (receiver == _first && _lines >= 100)
            {
                _deliver(this, line);
            }
            else
            {
                receiver.Send(line);
            }
        }
    }
}
