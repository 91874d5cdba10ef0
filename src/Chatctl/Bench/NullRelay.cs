using System.Net;
using System.Net.Sockets;
using Chatctl.Endpoints;

namespace Chatctl.Bench;

/// <summary>
/// The smallest possible relay. It shows what the generator itself can do. One thread sends the whole lines that it receives to all other
/// members, and waits for each send. It has no window: a member that does not read stops it.
/// </summary>
internal sealed class NullRelay : IDisposable
{
    private const int ReceiveSize = 64 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread _thread;
    private readonly int _members;
    private readonly int _lineSize;
    private readonly bool _echo;
    private volatile bool _stops;

    /// <summary>Starts the relay. Its thread runs on the cores that the calling thread may use.</summary>
    /// <param name="options">How many clients will join, and how long their lines are.</param>
    public NullRelay(BenchOptions options)
    {
        (_members, _lineSize, _echo) = (options.Clients + options.Stalled, options.Size, options.Echo);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(_members);
        Endpoint = new TcpEndpoint("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port);
        _thread = new Thread(Run) { IsBackground = true, Name = "null relay" };
        _thread.Start();
    }

    /// <summary>The address that it listens on.</summary>
    public Endpoint Endpoint { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stops = true;
        _listener.Dispose();
        _thread.Join();
    }

    private void Run()
    {
        var members = new List<Socket>();
        using var readiness = IReadiness.Create();
        try
        {
            while (members.Count < _members)
            {
                Socket member = _listener.Accept();
                member.NoDelay = true;
                readiness.Add(member, members.Count);
                members.Add(member);
            }

            Relay(members, readiness);
        }
        catch (SocketException)
        {
            // The run is over: it closed its connections or the listener.
        }
        finally
        {
            members.ForEach(member => member.Dispose());
        }
    }

    private void Relay(List<Socket> members, IReadiness readiness)
    {
        byte[] buffer = new byte[ReceiveSize + _lineSize];
        byte[][] rests = [.. members.Select(_ => new byte[_lineSize])];
        int[] restLengths = new int[members.Count];
        int[] ready = new int[512];
        while (!_stops)
        {
            int count = readiness.Wait(ready, 100);
            for (int i = 0; i < count; i++)
            {
                int sender = ready[i], rest = restLengths[sender];
                rests[sender].AsSpan(0, rest).CopyTo(buffer);
                int received = members[sender].Receive(buffer.AsSpan(rest, ReceiveSize));
                if (received == 0)
                {
                    return;
                }

                int whole = (rest + received) / _lineSize * _lineSize;
                restLengths[sender] = rest + received - whole;
                buffer.AsSpan(whole, restLengths[sender]).CopyTo(rests[sender]);
                for (int member = 0; whole > 0 && member < members.Count; member++)
                {
                    if (member != sender || _echo)
                    {
                        members[member].Send(buffer.AsSpan(0, whole));
                    }
                }
            }
        }
    }
}
