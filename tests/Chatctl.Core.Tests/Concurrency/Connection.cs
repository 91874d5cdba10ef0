using System.Text;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>One connection of a session. One thread sends, and another one hears and lets the member leave, as in a transport.</summary>
internal sealed class Connection(IMember member, Bell bell)
{
    private readonly List<byte> _outgoing = [];
    private volatile bool _isLost;
    private volatile bool _isOver;
    private volatile bool _isWelcomed;

    public IMember Member => member;

    /// <summary>What has been heard of a line that has not ended. On the hearing thread.</summary>
    public string Beginning { get; set; } = "";

    /// <summary>The client's number in the last ack over this connection. On the hearing thread.</summary>
    public long Acked { get; set; }

    /// <summary>Whether it has ended with the room's receipt. Valid once it is over.</summary>
    public bool HasReceipt { get; private set; }

    /// <summary>Whether the server's hello has come.</summary>
    public bool IsWelcomed
    {
        get => _isWelcomed;
        set => _isWelcomed = value;
    }

    /// <summary>Whether it breaks now: nothing more arrives in either direction.</summary>
    public bool IsLost => _isLost;

    /// <summary>Whether its member has left the room.</summary>
    public bool IsOver => _isOver;

    public void Lose()
    {
        _isLost = true;
        bell.Ring();
    }

    /// <summary>The member leaves. On the hearing thread.</summary>
    public void End(bool hasReceipt)
    {
        member.Leave();
        (HasReceipt, _isOver) = (hasReceipt, true);
        bell.Ring();
    }

    /// <summary>Has something to send. On the sending thread.</summary>
    public void Queue(string text) => _outgoing.AddRange(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends one piece of what it has to send, of any size. Waits until the room takes input.</summary>
    /// <returns>Whether it has more to send, and the connection still carries it.</returns>
    public bool SendSome(Random random)
    {
        long rings = bell.Rings;
        if (_outgoing.Count == 0 || _isOver || member.IsEvicted)
        {
            return false;
        }

        if (!member.WantsInput)
        {
            bell.WaitForRingAfter(rings);
            return true;
        }

        int count = Math.Min(_outgoing.Count, random.Next(1, 200));
        member.Receive([.. _outgoing.Take(count)]);
        _outgoing.RemoveRange(0, count);
        return _outgoing.Count > 0;
    }

    public void SendAll(Random random)
    {
        while (SendSome(random))
        {
        }
    }
}
