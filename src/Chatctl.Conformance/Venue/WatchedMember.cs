namespace Chatctl.Conformance.Venue;

/// <summary>A member that checks the order of the transport's calls, and that they do not overlap.</summary>
internal sealed class WatchedMember(WatchedRoom watch, IMember member, Action left) : IMember
{
    // Fills the scratch memory, so that a transport that sends bytes from there after the next call of Pending sends wrong bytes.
    private const byte Poison = 0xEE;

    private int _inbound;
    private int _outbound;
    private volatile bool _inputEnded;
    private volatile bool _left;

    /// <inheritdoc/>
    public bool WantsInput
    {
        get
        {
            // The answer may be out of date when the transport gets it. This gives other threads time to change it.
            bool answer = member.WantsInput;
            watch.Dawdle();
            return answer;
        }
    }

    /// <inheritdoc/>
    public bool IsEvicted => member.IsEvicted;

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        Enter(ref _inbound, nameof(Receive));
        if (_inputEnded)
        {
            watch.Fault($"{nameof(Receive)} was called after {nameof(EndOfInput)}");
        }

        watch.PassGate();
        member.Receive(bytes);
        watch.CountReceived(bytes.Length);
        watch.CountCall();
        Volatile.Write(ref _inbound, 0);
    }

    /// <inheritdoc/>
    public void EndOfInput()
    {
        Enter(ref _inbound, nameof(EndOfInput));
        _inputEnded = true;
        member.EndOfInput();
        watch.CountInputEnd();
        Volatile.Write(ref _inbound, 0);
    }

    /// <inheritdoc/>
    public Outbound Pending(Memory<byte> scratch, out ReadOnlyMemory<byte> bytes)
    {
        Enter(ref _outbound, nameof(Pending));
        scratch.Span.Fill(Poison);
        Outbound answer = member.Pending(scratch, out bytes);
        Volatile.Write(ref _outbound, 0);
        return answer;
    }

    /// <inheritdoc/>
    public void Sent(int count)
    {
        Enter(ref _outbound, nameof(Sent));
        member.Sent(count);
        watch.CountCall();
        Volatile.Write(ref _outbound, 0);
    }

    /// <inheritdoc/>
    public void Leave()
    {
        if (_left)
        {
            return;
        }

        if (Volatile.Read(ref _inbound) != 0 || Volatile.Read(ref _outbound) != 0)
        {
            watch.Fault($"{nameof(Leave)} was called while another call for the member was under way");
        }

        _left = true;
        member.Leave();
        left();
        watch.CountLeave();
    }

    /// <inheritdoc/>
    public override string? ToString() => member.ToString();

    private void Enter(ref int side, string call)
    {
        if (Interlocked.Exchange(ref side, 1) != 0)
        {
            watch.Fault($"{call} overlapped another call on the same side of a member");
        }

        if (_left)
        {
            watch.Fault($"{call} was called after {nameof(Leave)}");
        }
    }
}
