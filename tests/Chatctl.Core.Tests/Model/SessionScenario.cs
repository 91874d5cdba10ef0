using CsCheck;

namespace Chatctl.Core.Tests.Model;

/// <summary>A room's options and what sessions and plain members do in it.</summary>
/// <param name="Options">How the room relays.</param>
/// <param name="Polite">Whether no member is read from while the room wants no input. A session is never read from then.</param>
/// <param name="Steps">What happens, in order.</param>
internal sealed record SessionScenario(RoomOptions Options, bool Polite, SessionStep[] Steps)
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    /// <summary>
    /// Scenarios with windows so small that a burst of lines fills a good part of them, and with a history that is smaller still. In half of them
    /// no receipt waits so long that it overlooks a member.
    /// </summary>
    public static readonly Gen<SessionScenario> Any =
        from framing in Gen.OneOf(Framing.Line, Framing.Line, Framing.Nul)
        from echo in Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))
        from slow in Gen.OneOf(SlowPolicy.Wait, SlowPolicy.Skip, SlowPolicy.Disconnect)
        from coalesce in Gen.OneOf<TimeSpan?>(null, null, Comparison.Coalesce)
        from polite in Gen.Bool
        from maxLine in Gen.OneOf(16, 40, 64)
        from buffer in Gen.Int[maxLine * RoomOptions.Segments, maxLine * RoomOptions.Segments * 3]
        from history in Gen.OneOf<long?>(null, 0, 1, 3000)
        from patience in Gen.OneOf(Never, RoomOptions.DefaultReceiptPatience)
        from stall in Gen.OneOf(Never, TimeSpan.FromSeconds(10))
        from before in RandomSteps
        from drains in Gen.Int[0, 4]
        from after in RandomSteps
        select new SessionScenario(
            new RoomOptions
            {
                Framing = framing,
                Echo = echo,
                Slow = slow,
                Coalesce = coalesce,
                MaxLineBytes = maxLine,
                BufferBytes = buffer,
                History = history,
                ReceiptPatience = patience,
                StallTimeout = stall,
            },
            polite,
            drains == 0 ? [.. before, new SessionStep(SessionStepKind.Drain), .. after] : before);

    /// <summary>
    /// The same for a room with a backplane. That keeps a history from the start on. And it answers a wish for another name when that comes back from the log, which may be behind
    /// the answer to what comes in the same chunk. So such a wish comes in a chunk of its own.
    /// </summary>
    public SessionScenario Shared() => this with
    {
        Options = Options with { History = Math.Max(1, Options.History ?? 3000) },
        Steps = [.. Steps.Select(step => step.Kind == SessionStepKind.Rename ? step with { Held = 0 } : step)],
    };

    private static Gen<SessionStep[]> RandomSteps => AnyStep.Array[1, 300];

    private static Gen<SessionStep> AnyStep =>
        from kind in Gen.Frequency(
            (3, Gen.Const(SessionStepKind.Join)),
            (7, Gen.Const(SessionStepKind.Hello)),
            (24, Gen.Const(SessionStepKind.Speak)),
            (3, Gen.Const(SessionStepKind.Repeat)),
            (3, Gen.Const(SessionStepKind.Rename)),
            (3, Gen.Const(SessionStepKind.Who)),
            (2, Gen.Const(SessionStepKind.Wrong)),
            (1, Gen.Const(SessionStepKind.EndOfInput)),
            (4, Gen.Const(SessionStepKind.Leave)),
            (24, Gen.Const(SessionStepKind.Send)),
            (4, Gen.Const(SessionStepKind.Ask)),
            (5, Gen.Const(SessionStepKind.FlushOthers)),
            (4, Gen.Const(SessionStepKind.Wait)))
        from index in Gen.Int[0, 7]
        from choice in Gen.Int[0, 999]
        from count in Gen.Frequency((4, Gen.Int[1, 3]), (1, Gen.Int[1, 40]))
        from held in Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[1, 30]))
        from share in Gen.Int[0, 5]
        from scratch in Gen.OneOf(0, 1, 7, 150, 64 << 10)
        select new SessionStep(kind, index, choice, count, held, share, scratch);

    public override string ToString() => $"{Options}, polite {Polite}{string.Concat(Array.ConvertAll(Steps, step => $"\n  {step}"))}";
}
