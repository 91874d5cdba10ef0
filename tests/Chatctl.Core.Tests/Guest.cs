using System.Text;

namespace Chatctl.Core.Tests;

/// <summary>A member that a test uses as a transport does: text in, text out.</summary>
internal sealed class Guest(IMember member)
{
    private readonly byte[] _scratch = new byte[64 << 10];

    public IMember Member => member;

    public void Say(string text) => member.Receive(Encoding.Latin1.GetBytes(text));

    /// <summary>Takes everything that is pending.</summary>
    public string Hear() => Hear(out _);

    /// <summary>Takes everything that is pending, and gives the answer that came after it.</summary>
    public string Hear(out Outbound end)
    {
        var heard = new StringBuilder();
        while ((end = member.Pending(_scratch, out ReadOnlyMemory<byte> bytes)) == Outbound.Bytes)
        {
            heard.Append(Encoding.Latin1.GetString(bytes.Span));
            member.Sent(bytes.Length);
        }

        return heard.ToString();
    }

    /// <summary>Takes one byte.</summary>
    public void Sip()
    {
        Assert.Equal(Outbound.Bytes, member.Pending(_scratch, out _));
        member.Sent(1);
    }

    /// <summary>What its transport has to do now. Nothing is taken.</summary>
    public Outbound Next() => member.Pending(_scratch, out _);
}
