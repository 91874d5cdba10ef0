using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatctl.Demo;

namespace Chatctl.Tests.Demo;

/// <summary>A relay of lines that changes what its members receive, as the test says.</summary>
internal sealed class AlteringRelay : IDemoRoom, IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _gate = new();
    private readonly List<Socket> _members = [];
    private readonly Func<int, string, string[]> _alter;

    /// <param name="alter">Takes the number of the receiver, from 0 in the order of joining, and the line. Returns the lines that this receiver gets instead.</param>
    public AlteringRelay(Func<int, string, string[]> alter)
    {
        _alter = alter;
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        Start(AcceptAll);
    }

    public IPEndPoint Address { get; }

    /// <summary>Whether a line goes to its sender too.</summary>
    public bool Echoes { get; init; }

    public bool HasSessions => false;

    public int MemberCount
    {
        get
        {
            lock (_gate)
            {
                return _members.Count;
            }
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _members.ForEach(member => member.Shutdown(SocketShutdown.Send));
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
        {
            _members.ForEach(member => member.Dispose());
        }
    }

    private static void Start(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The members have gone, or the test is over.
        }
    })
    { IsBackground = true }.Start();

    private void AcceptAll()
    {
        while (true)
        {
            Socket member = _listener.AcceptSocket();
            lock (_gate)
            {
                _members.Add(member);
            }

            Start(() => RelayFrom(member));
        }
    }

    private void RelayFrom(Socket sender)
    {
        using var lines = new StreamReader(new NetworkStream(sender));
        while (lines.ReadLine() is { } line)
        {
            lock (_gate)
            {
                foreach ((int number, Socket receiver) in _members.Index().Where(member => Echoes || member.Item != sender))
                {
                    Deliver(receiver, _alter(number, line));
                }
            }
        }

        lock (_gate)
        {
            // Under the lock, so that the FIN comes after a line that is being relayed.
            sender.Shutdown(SocketShutdown.Send);
        }
    }

    private static void Deliver(Socket receiver, string[] lines)
    {
        try
        {
            receiver.Send(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{line}\n"))));
        }
        catch (SocketException)
        {
            // This member has gone. The others get their lines.
        }
    }
}
