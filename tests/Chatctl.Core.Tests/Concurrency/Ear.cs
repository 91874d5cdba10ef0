using System.Text;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>The outbound side of a member. Its peer takes a random part of what it is given.</summary>
internal sealed class Ear(IMember member)
{
    private readonly StringBuilder _heard = new();
    private volatile bool _finished;
    private long _lines;

    public IMember Member => member;

    public bool IsFinished => _finished;

    /// <summary>How many whole lines it has taken. From any thread.</summary>
    public long Lines => Interlocked.Read(ref _lines);

    /// <summary>Whether it took less than it was given the last time.</summary>
    public bool HasLeftSome { get; private set; }

    public bool WasReset { get; private set; }

    public string Heard => _heard.ToString();

    /// <summary>Takes some of what is pending.</summary>
    /// <returns>Whether anything was pending.</returns>
    public bool Take(byte[] scratch, Random random)
    {
        int size = random.Next(4) switch { 0 => 0, 1 => 16, 2 => 100, _ => scratch.Length };
        switch (member.Pending(scratch.AsMemory(0, size), out ReadOnlyMemory<byte> bytes))
        {
            case Outbound.Bytes:
                int taken = random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length;
                ReadOnlySpan<byte> heard = bytes.Span[..taken];
                _heard.Append(Encoding.ASCII.GetString(heard));
                HasLeftSome = taken < bytes.Length;

                // Before the room knows it: an ack for these lines can come to another thread at once, and is then compared with this.
                Interlocked.Add(ref _lines, heard.Count((byte)'\n'));
                member.Sent(taken);
                return true;

            case Outbound.Nothing:
                return false;

            case Outbound.Finish:
                _finished = true;
                return false;

            default:
                _finished = WasReset = true;
                return false;
        }
    }
}
