using CsCheck;

namespace Chatctl.Core.Tests.Model;

/// <summary>A room's options and what happens in it.</summary>
/// <param name="Options">How the room relays.</param>
/// <param name="Polite">Whether no member is read from while the room wants no input.</param>
/// <param name="Steps">What happens, in order.</param>
internal sealed record Scenario(RoomOptions Options, bool Polite, Step[] Steps)
{
    /// <summary>
    /// Scenarios with segments so small that a new one begins every few lines, and with chunks on both sides of every limit. The limit on unfinished
    /// lines is low only under the policy that evicts no slow member here. So it is clear why a member was evicted.
    /// </summary>
    public static readonly Gen<Scenario> Any =
        from framing in Gen.OneOf(Framing.Line, Framing.Line, Framing.Nul, Framing.Raw)
        from echo in Gen.Bool
        from slow in Gen.OneOf(SlowPolicy.Wait, SlowPolicy.Skip, SlowPolicy.Disconnect)
        from coalesce in Gen.OneOf<TimeSpan?>(null, null, Comparison.Coalesce)
        from polite in Gen.Bool
        from maxLine in Gen.OneOf(2, 3, 16, 17, 64, 100, 256)
        from buffer in Gen.Int[maxLine * RoomOptions.Segments, maxLine * RoomOptions.Segments * 3]
        from lines in Gen.OneOf(1, 2, 3)
        let unfinished = slow == SlowPolicy.Wait ? lines * Beginning.BufferFor(maxLine) : new RoomOptions().MaxUnfinishedBytes
        from steps in PerhapsDraining(framing, maxLine)
        select new Scenario(
            new RoomOptions
            {
                Framing = framing,
                Echo = echo,
                Slow = slow,
                Coalesce = coalesce,
                StallTimeout = TimeSpan.FromDays(1),
                MaxLineBytes = maxLine,
                BufferBytes = buffer,
                MaxUnfinishedBytes = unfinished,
            },
            polite,
            steps);

    public override string ToString() => $"{Options}, polite {Polite}{string.Concat(Array.ConvertAll(Steps, step => $"\n  {step}"))}";

    private static Gen<Step[]> RandomSteps(Framing framing, int maxLine)
    {
        byte terminator = framing == Framing.Nul ? (byte)0 : (byte)'\n';
        Gen<byte> text = Gen.Byte[(byte)'a', (byte)'z'];
        var any = Gen.Frequency((20, text), (4, Gen.Const(terminator)), (1, Gen.OneOf<byte>(0, 10, 13, 32, 255)));
        var chunk = Gen.Frequency(
            (10, any.Array[0, 24]),
            (3, any.Array[0, 3 * maxLine]),
            (2, Gen.Const(terminator).Array[0, 40]),
            (4, Gen.Select(text.Array[0, maxLine], tail => (byte[])[.. tail, terminator])),
            (2, text.Array[0, Math.Max(1, maxLine / 3)]),
            (1, text.Array[maxLine - 2, maxLine + 1]));
        var kind = Gen.Frequency(
            (3, Gen.Const(StepKind.Join)),
            (1, Gen.Const(StepKind.Leave)),
            (20, Gen.Const(StepKind.Receive)),
            (1, Gen.Const(StepKind.EndOfInput)),
            (12, Gen.Const(StepKind.Send)),
            (2, Gen.Const(StepKind.AskTwice)),
            (1, Gen.Const(StepKind.Overclaim)),
            (3, Gen.Const(StepKind.FlushOthers)));
        var scratch = Gen.OneOf(0, 1, 7, 40, 64 << 10);
        return
            (from k in kind
             from index in Gen.Int[0, 7]
             from s in scratch
             from share in Gen.Int[0, 5]
             from c in k == StepKind.Receive ? chunk : Gen.Const(Array.Empty<byte>())
             select new Step(k, index, s, share, c)).Array[1, 300];
    }

    private static Gen<Step[]> PerhapsDraining(Framing framing, int maxLine) =>
        from before in RandomSteps(framing, maxLine)
        from drains in Gen.Int[0, 7]
        from after in RandomSteps(framing, maxLine)
        select drains == 0 ? [.. before, new Step(StepKind.Drain, 0, 0, 0, []), .. after] : before;
}
