using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatctl.Endpoints;

namespace Chatctl.Tests;

/// <summary>One end of a connection, the server's or a client's. It does exactly what the test says. The tool has the other end.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    // TCP_ESTABLISHED and TCP_FIN_WAIT2.
    private const byte Established = 1;
    private const byte FinWait2 = 5;

    /// <summary>Connects to a server.</summary>
    /// <param name="url">As the server announces it.</param>
    /// <param name="from">From which address of this machine; the system's choice if null.</param>
    /// <param name="receiveBuffer">How much the system may take before it is read; the system's choice if null.</param>
    public static async Task<Peer> ConnectAsync(string url, string? from = null, int? receiveBuffer = null)
    {
        EndPoint address = EndpointSyntax.Parse(url).Resolve()[0];
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        if (receiveBuffer is { } bytes)
        {
            // Before it connects, because the window is agreed on then.
            socket.ReceiveBufferSize = bytes;
        }

        await socket.ConnectAsync(address).Guard();
        return new Peer(socket);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes).AsTask().Guard()..];
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads to the other end's FIN.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer).Guard()) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    /// <summary>Reads until the connection fails. The bytes before that are dropped.</summary>
    /// <returns>How it failed: by a reset, if the other end has cut this one off. Success if it ended with a FIN.</returns>
    public async Task<SocketError> ReadToFailureAsync()
    {
        try
        {
            await ReadToEndAsync();
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public async Task<string> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(done)).AsTask().Guard();
            done += more > 0 ? more : throw new EndOfStreamException($"{done} bytes and not {count}: {Encoding.UTF8.GetString(bytes, 0, done)}");
        }

        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Reads one line, without its LF, and nothing after it.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (true)
        {
            if (await socket.ReceiveAsync(one).Guard() == 0)
            {
                throw new EndOfStreamException($"no line end after: {Encoding.UTF8.GetString([.. line])}");
            }

            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]);
            }

            line.Add(one[0]);
        }
    }

    /// <summary>Whether the other end neither sends nor ends anything for a moment.</summary>
    public bool IsSilent() => !socket.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectRead);

    /// <summary>Sends a FIN and keeps the other direction.</summary>
    public void Finish() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Sends a FIN as a question whether all was ordered.</summary>
    /// <returns>False if the other end's FIN was there already, so that it is no answer.</returns>
    public bool TryAsk()
    {
        bool isOpen = TcpState() == Established;
        socket.Shutdown(SocketShutdown.Send);
        return isOpen;
    }

    /// <summary>Waits until the other end's system has acknowledged the FIN. The other end need not have read it.</summary>
    public async Task AwaitFinishTakenAsync()
    {
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        while (TcpState() != FinWait2)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Reads slowly, on a thread of its own, until the connection ends.</summary>
    /// <param name="step">How many bytes at a time.</param>
    /// <param name="pause">How long to wait after each.</param>
    /// <returns>How many bytes came, and how it ended.</returns>
    public Task<(long Bytes, SocketError End)> ReadSlowlyAsync(int step, TimeSpan pause) => Task.Factory.StartNew(
        () =>
        {
            byte[] buffer = new byte[step];
            socket.ReceiveTimeout = (int)Watchdog.Patience.TotalMilliseconds;
            for (long bytes = 0; ;)
            {
                int count = socket.Receive(buffer, SocketFlags.None, out SocketError error);
                if (count == 0)
                {
                    return (bytes, error);
                }

                bytes += count;
                Thread.Sleep(pause);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>
    /// Closes the connection in both directions, before it has sent a byte. Linux answers for such a closed socket for another minute, or for the
    /// time that is set here.
    /// </summary>
    public void Vanish()
    {
        const int IpProtoTcp = 6, TcpLinger2 = 8;
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            socket.SetRawSocketOption(IpProtoTcp, TcpLinger2, BitConverter.GetBytes(1));
        }

        socket.Dispose();
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The system's state of the connection. Linux only.</summary>
    private byte TcpState()
    {
        const int IpProtoTcp = 6, TcpInfo = 11;
        byte[] info = new byte[1];
        socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info);
        return info[0];
    }
}
