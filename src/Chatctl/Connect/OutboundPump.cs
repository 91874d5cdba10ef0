using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>Standard input to socket, on a thread of its own, so that a server that holds us back does not keep us from reading it.</summary>
/// <param name="socket">The connection; the session owns it.</param>
/// <param name="receipt">Keeps count of what is sent.</param>
/// <param name="options">What to do when the input ends.</param>
internal sealed class OutboundPump(Socket socket, Receipt receipt, SessionOptions options)
{
    private const int BufferSize = 64 * 1024;

    private volatile IOException? _inputFailure;
    private volatile bool _hasNothingToDo;

    /// <summary>Why standard input could not be read; null if it could.</summary>
    public IOException? InputFailure => _inputFailure;

    /// <summary>Whether there was nothing to send, and nothing else was asked for.</summary>
    public bool HasNothingToDo => _hasNothingToDo;

    /// <summary>Starts to pump. The thread ends with the process, whatever it waits for.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "input" }.Start();

    private void Run()
    {
        try
        {
            Pump();
        }
        catch (IOException e)
        {
            _inputFailure = e;
            Receipt.Interrupt(socket);
            return;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer has closed or reset the connection, or the session is over. The receiving side finds that out for itself, and what
            // it then says counts what was sent here.
            return;
        }

        if (receipt.Sent > 0)
        {
            Thread.Sleep(options.Linger);
            if (receipt.TryAsk())
            {
                receipt.AwaitOverdue();
            }
        }
        else if (!options.Prints)
        {
            _hasNothingToDo = true;
            Receipt.Interrupt(socket);
        }

        // Without a byte sent, a half-close would say "listener" to some servers and "finished" to most: say nothing, and listen.
    }

    private void Pump()
    {
        byte[] buffer = new byte[BufferSize];
        int count;
        while ((count = StandardStreams.Input.Read(buffer, 0, buffer.Length)) > 0)
        {
            receipt.Sending(count);
            for (int done = 0; done < count;)
            {
                done += socket.Send(buffer, done, count - done, SocketFlags.None);
            }
        }
    }
}
