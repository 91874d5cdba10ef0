namespace Chatctl.Core.Tests.Model;

internal enum SessionStepKind
{
    Join,

    /// <summary>A member that has not said anything, or a new one, says hello.</summary>
    Hello,

    /// <summary>A member says lines: a session as objects, with or without numbers.</summary>
    Speak,

    /// <summary>A session sends lines again that it has sent before.</summary>
    Repeat,

    Rename,
    Who,

    /// <summary>A session sends something that is not accepted, or means nothing.</summary>
    Wrong,

    EndOfInput,
    Leave,

    /// <summary>One member is asked, and takes a share of what it is given.</summary>
    Send,

    /// <summary>One member is asked, and what it is given stays on its way.</summary>
    Ask,

    /// <summary>Each member but one is asked until nothing is pending.</summary>
    FlushOthers,

    /// <summary>Time passes.</summary>
    Wait,

    Drain,
}

/// <summary>One call into the room, or a few that belong together.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Index">The member, counted from any number.</param>
/// <param name="Choice">What it says: each kind has its own choices.</param>
/// <param name="Count">How much of it.</param>
/// <param name="Held">How many bytes of the chunk come only with the next chunk.</param>
/// <param name="Share">How much of the given bytes is taken, in quarters. 5 stands for a single byte.</param>
/// <param name="Scratch">How much scratch memory is offered.</param>
internal readonly record struct SessionStep(SessionStepKind Kind, int Index = 0, int Choice = 0, int Count = 0, int Held = 0, int Share = 4, int Scratch = 0)
{
    public override string ToString() => Kind switch
    {
        SessionStepKind.Join or SessionStepKind.Drain => $"{Kind}",
        SessionStepKind.Wait => $"{Kind} {Choice}",
        SessionStepKind.EndOfInput or SessionStepKind.Leave => $"{Kind} {Index}",
        SessionStepKind.Send or SessionStepKind.Ask or SessionStepKind.FlushOthers => $"{Kind} {Index} scratch {Scratch} share {Share}",
        _ => $"{Kind} {Index} choice {Choice} count {Count} held {Held}",
    };
}
