using System.Runtime.InteropServices;

namespace Chatctl.Core.Tests.Model;

/// <summary>The room as it is specified, byte by byte and with a list for each member. It is slow, and easy to check by reading.</summary>
internal sealed class RoomModel(RoomOptions options)
{
    private readonly List<MemberModel> _members = [];
    private bool _draining;

    public long Sequence { get; private set; }

    public MemberModel Join()
    {
        var member = new MemberModel { Evicted = _draining, InputEnded = _draining };
        _members.Add(member);
        return member;
    }

    public void Leave(MemberModel member)
    {
        member.Gone = true;
        _members.Remove(member);
    }

    public void Receive(MemberModel sender, ReadOnlySpan<byte> bytes)
    {
        if (sender.InputEnded || bytes.IsEmpty)
        {
            sender.Lost |= !bytes.IsEmpty;
            return;
        }

        sender.HasSent = true;
        if (options.Framing == Framing.Raw)
        {
            // A chunk that is larger than a segment cannot be one unit.
            int most = (int)(options.BufferBytes / RoomOptions.Segments);
            for (; !bytes.IsEmpty; bytes = bytes[Math.Min(most, bytes.Length)..])
            {
                Order(sender, bytes[..Math.Min(most, bytes.Length)]);
            }

            return;
        }

        foreach (byte one in bytes)
        {
            sender.Incomplete.Add(one);
            if (one == Terminator && sender.Incomplete.Count <= options.MaxLineBytes)
            {
                OrderIncomplete(sender);
            }
            else if (sender.Incomplete.Count >= options.MaxLineBytes)
            {
                // There is no terminator at the last possible place. So the line is too long, whatever comes next.
                sender.Evicted = sender.InputEnded = true;
                return;
            }
        }
    }

    public void EndOfInput(MemberModel member)
    {
        if (member.InputEnded)
        {
            return;
        }

        member.InputEnded = true;
        if (!member.HasSent)
        {
            return;
        }

        if (member.Incomplete.Count > 0)
        {
            member.Incomplete.Add(Terminator);
            OrderIncomplete(member);
        }

        member.CompleteWith(_members);
    }

    public void Drain()
    {
        _draining = true;
        foreach (MemberModel member in _members)
        {
            member.InputEnded = true;
            member.CompleteWith(_members);
            member.Lost |= member.Incomplete.Count > 0;
        }
    }

    private byte Terminator => options.Framing == Framing.Nul ? (byte)0 : (byte)'\n';

    private void OrderIncomplete(MemberModel sender)
    {
        Order(sender, CollectionsMarshal.AsSpan(sender.Incomplete));
        sender.Incomplete.Clear();
    }

    private void Order(MemberModel sender, ReadOnlySpan<byte> unit)
    {
        Sequence++;
        foreach (MemberModel member in _members)
        {
            if (member != sender || options.Echo)
            {
                member.Get(unit);
            }
        }
    }
}
