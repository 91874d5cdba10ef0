using System.Net.Sockets;
using Chatctl;

namespace Pumps;

/// <summary>One peer: its socket, its member of the room, and the two loops between them.</summary>
internal sealed class Peer(Socket socket, IMember member)
{
    // How long a peer that was sent everything may take to close first when the room drains.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // How often to check whether a half-closed peer has gone. Reading cannot show it.
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
            // The FIN. For a peer that has half-closed it is the receipt that all its lines were ordered. From here on the death of the process gives it too.
            // If the peer has sent more, it is unread. Closing a socket with unread bytes resets the connection, as it should.
            SetEnd(withReset: _cutOff);
        }

        socket.Dispose();

        // No call for the member and no send of the room's memory is under way any more.
        member.Leave();
        _closing.Dispose();
    }

    /// <summary>Passes on a wake of the room. Any thread may call it, so it does nothing else.</summary>
    public void Wake()
    {
        if (member.IsEvicted)
        {
            Reset();
        }

        _input.Set();
        _output.Set();
    }

    /// <summary>Cuts off the peer at once.</summary>
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
                    // The room holds senders back, or drains. It is enough not to read: TCP then holds the peer back.
                    await _input.WaitAsync(_closing.Token);
                    continue;
                }

                // First it waits for input and peeks at it. Then it sets a reset as the connection's end, in case this process dies. It reads last.
                await socket.ReceiveAsync(Memory<byte>.Empty, _closing.Token);
                if (!_hasSent && await socket.ReceiveAsync(buffer.AsMemory(0, 1), SocketFlags.Peek, _closing.Token) > 0)
                {
                    SetEnd(withReset: true);
                }

                int count = await socket.ReceiveAsync(buffer, _closing.Token);
                if (_finished)
                {
                    // These bytes are too late to be ordered. The connection must not end with a FIN. From here on only the end of input matters.
                    _cutOff = count > 0;
                    _inputEnded = count == 0;
                }
                else if (count > 0)
                {
                    _hasSent = true;
                    member.Receive(buffer.AsSpan(0, count));

                    // Lets others run first: a peer that always has more input must not keep a thread for itself.
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
                        // Sending nothing fails if sending a byte would.
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

    /// <summary>Closes the connection of a peer that was sent everything, when the peer has closed or the patience is over.</summary>
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
            // The patience is over.
        }

        // Bytes that were being handed over when the room said Finish may have come too late.
        if (_cutOff || member.Pending(Memory<byte>.Empty, out _) == Outbound.CutOff)
        {
            Reset();
        }
        else
        {
            // Ends the other loop first, because disposing the socket during a receive would reset the connection. Shutting down the sending direction would
            // not do either: it sends the FIN even if there is unread input.
            _isFinishedWell = true;
            await _closing.CancelAsync();
        }
    }

    /// <summary>Sets how the system ends the connection when the socket is closed, also by the death of this process.</summary>
    private void SetEnd(bool withReset)
    {
        try
        {
            socket.LingerState = new LingerOption(withReset, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has already ended.
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
