using System.Text;

namespace Chatctl.Core.Tests.Model;

internal enum StepKind
{
    Join,
    Leave,
    Receive,
    EndOfInput,

    /// <summary>One member is asked, and takes a share of what it is given.</summary>
    Send,

    /// <summary>One member is asked twice before it takes anything.</summary>
    AskTwice,

    /// <summary>One member claims to have sent more than it was given.</summary>
    Overclaim,

    /// <summary>Each member but one is asked until nothing is pending.</summary>
    FlushOthers,

    Drain,
}

/// <summary>One call into the room, or a few that belong together.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Index">The member, counted from any number.</param>
/// <param name="Scratch">How much scratch memory is offered.</param>
/// <param name="Share">How much of the given bytes is taken, in quarters. 5 stands for a single byte.</param>
/// <param name="Chunk">What is received.</param>
internal readonly record struct Step(StepKind Kind, int Index, int Scratch, int Share, byte[] Chunk)
{
    public override string ToString() => Kind switch
    {
        StepKind.Join or StepKind.Drain => Kind.ToString(),
        StepKind.Receive => $"{Kind} {Index} \"{Escaped(Chunk)}\"",
        StepKind.Send or StepKind.AskTwice or StepKind.FlushOthers => $"{Kind} {Index} scratch {Scratch} share {Share}",
        _ => $"{Kind} {Index}",
    };

    private static string Escaped(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (byte one in bytes)
        {
            _ = one is >= 32 and < 127 and not (byte)'\\' ? text.Append((char)one) : text.Append($"\\x{one:x2}");
        }

        return text.ToString();
    }
}
