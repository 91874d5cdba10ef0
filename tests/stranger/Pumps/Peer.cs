using System.Net.Sockets;
using Chatctl;

namespace Pumps;

/// <summary>One peer: its socket, its member of the room, and the two loops between them.</summary>
internal sealed class Peer(Socket socket, IMember member)
{
    // How long a peer that has got everything may take to close first, when the room drains.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // How often to look whether a peer is still there that has half-closed, and so cannot be read from to find out.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly Signal _input = new();
    private readonly Signal _output = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile bool _hasSent;
    private volatile bool _inputEnded;
    private volatile bool _finished;
    private volatile bool _cutOff;
    private volatile bool _isFinishedWell;

    /// <summary>Runs both loops until the peer is gone, then lets its member leave.</summary>
    public async Task RunAsync()
    {
        await Task.WhenAll(ReceiveAsync(), SendAsync());
        if (_isFinishedWell)
        {
            // The FIN: to a peer that has half-closed, the receipt that all it sent was ordered. From here on the system may give it too. If the peer has said
            // more by now, nobody has read it. A socket that is closed with unread bytes resets its connection, and that is right.
            SetEnd(withReset: _cutOff);
        }

        socket.Dispose();

        // Neither side of the member is in use any more, and no send of the room's memory is under way.
        member.Leave();
        _closing.Dispose();
    }

    /// <summary>The room has news: from any thread, so it does no more than pass it on.</summary>
    public void Wake()
    {
        if (member.IsEvicted)
        {
            Reset();
        }

        _input.Set();
        _output.Set();
    }

    /// <summary>Cuts the peer off, whatever is under way.</summary>
    public void Reset()
    {
        SetEnd(withReset: true);
        Close();
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[16 << 10];
        try
        {
            while (!_inputEnded && !_cutOff)
            {
                if (!_finished && !member.WantsInput)
                {
                    // The room holds senders back, or drains. Not reading is all it takes: TCP holds the peer back in turn.
                    await _input.WaitAsync(_closing.Token);
                    continue;
                }

                // Waits for input and looks at it first, then says what the death of this process is to look like to a peer that sends, and reads last.
                await socket.ReceiveAsync(Memory<byte>.Empty, _closing.Token);
                if (!_hasSent && await socket.ReceiveAsync(buffer.AsMemory(0, 1), SocketFlags.Peek, _closing.Token) > 0)
                {
                    SetEnd(withReset: true);
                }

                int count = await socket.ReceiveAsync(buffer, _closing.Token);
                if (_finished)
                {
                    // Too late to be ordered: only the end of input is of interest now, and bytes mean that it must not end with a FIN.
                    _cutOff = count > 0;
                    _inputEnded = count == 0;
                }
                else if (count > 0)
                {
                    _hasSent = true;
                    member.Receive(buffer.AsSpan(0, count));

                    // To the back of the queue: a peer that always has more to say must not read on while others wait for a thread.
                    await Task.Yield();
                }
                else
                {
                    _inputEnded = true;
                    member.EndOfInput();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer has reset the connection, or the other loop has closed it.
            if (e is SocketException)
            {
                Close();
            }
        }

        _output.Set();
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                // Without scratch memory the bytes are the room's own and stay valid until they are reported as sent.
                Outbound next = member.Pending(Memory<byte>.Empty, out ReadOnlyMemory<byte> bytes);
                if (next == Outbound.Bytes)
                {
                    member.Sent(await socket.SendAsync(bytes[..Math.Min(bytes.Length, 64 << 10)], _closing.Token));
                }
                else if (next == Outbound.Nothing)
                {
                    await _output.WaitAsync(LookPeriod, _closing.Token);
                    if (_inputEnded)
                    {
                        // To send nothing fails just where to send something would.
                        await socket.SendAsync(Memory<byte>.Empty, _closing.Token);
                    }
                }
                else
                {
                    await EndAsync(next);
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Close();
        }
    }

    /// <summary>The peer has got everything: waits until it has closed, or the patience is over, and closes.</summary>
    private async Task EndAsync(Outbound how)
    {
        _cutOff = how == Outbound.CutOff;
        _finished = true;
        _input.Set();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        patience.CancelAfter(Patience);
        try
        {
            while (_cutOff || !_inputEnded)
            {
                await _output.WaitAsync(patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It had its time.
        }

        // What was being handed over while the room said Finish may have come too late after all.
        if (_cutOff || member.Pending(Memory<byte>.Empty, out _) == Outbound.CutOff)
        {
            Reset();
        }
        else
        {
            // Ends the other loop first: to dispose the socket beside a receive would reset the connection, and a shutdown would send the FIN although there is
            // something unread.
            _isFinishedWell = true;
            await _closing.CancelAsync();
        }
    }

    /// <summary>Says how the system is to end the connection when the socket is closed, be it by the death of this process.</summary>
    private void SetEnd(bool withReset)
    {
        try
        {
            socket.LingerState = new LingerOption(withReset, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone already.
        }
    }

    private void Close()
    {
        socket.Dispose();
        try
        {
            _closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Both loops have ended.
        }
    }
}
