using Chatctl.Demo;

namespace Chatctl.Tests.Demo;

/// <summary>The demonstration's verdict on relays that are right, and on relays that are not.</summary>
public sealed class DemonstrationTests
{
    // The order in which the demonstration's members join.
    private const int Connect = 0, Socket = 1, Pipe = 2, Listener = 3;

    // Only what is missing on purpose is waited for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [Fact]
    public void A_relay_that_changes_nothing_is_good()
    {
        using var relay = new AlteringRelay((_, line) => [line]);
        Verdict verdict = Run(relay, Watchdog.Patience);
        Assert.Empty(verdict.Faults);
        Assert.Equal(9, verdict.Order.Count);
    }

    [Theory]
    [InlineData(Connect, "ann")]
    [InlineData(Socket, "nc")]
    [InlineData(Pipe, "bob")]
    [InlineData(Listener, "listener")]
    public void A_lost_line_is_found_at_each_member(int member, string name)
    {
        string lost = member == Socket ? "ann: line 2" : "nc: line 2";
        using var relay = new AlteringRelay((receiver, line) => receiver == member && line == lost ? [] : [line]);
        Assert.Contains($"{name} did not receive \"{lost}\".", Run(relay, Patience).Faults);
    }

    [Theory]
    [InlineData(Connect, "ann")]
    [InlineData(Socket, "nc")]
    [InlineData(Pipe, "bob")]
    [InlineData(Listener, "listener")]
    public void A_doubled_line_is_found(int member, string name)
    {
        string doubled = member == Pipe ? "nc: line 3" : "bob: line 3";
        using var relay = new AlteringRelay((receiver, line) => receiver == member && line == doubled ? [line, line] : [line]);
        Assert.Contains($"{name} received \"{doubled}\" 2 times.", Run(relay, Patience).Faults);
    }

    [Fact]
    public void A_torn_line_is_found()
    {
        using var relay = new AlteringRelay((receiver, line) => receiver == Socket && line == "bob: line 1" ? ["bob: li", "ne 1"] : [line]);
        IReadOnlyList<string> faults = Run(relay, Patience).Faults;
        Assert.Contains("nc did not receive \"bob: line 1\".", faults);
        Assert.Contains("nc received \"bob: li\", which no member sent.", faults);
    }

    [Fact]
    public void A_relay_that_sends_lines_back_to_their_sender_is_found()
    {
        using var relay = new AlteringRelay((_, line) => [line]) { Echoes = true };
        Assert.Contains("nc received its own line \"nc: line 1\".", Run(relay, Patience).Faults);
    }

    [Fact]
    public void A_line_that_one_member_receives_late_breaks_the_one_order()
    {
        string? kept = null;
        bool isDone = false;
        using var relay = new AlteringRelay((receiver, line) =>
        {
            if (receiver != Socket || isDone)
            {
                return [line];
            }

            if (kept is not null)
            {
                isDone = true;
                return [line, kept];
            }

            kept = line == "ann: line 1" ? line : null;
            return kept is null ? [line] : [];
        });
        Assert.Equal(["The members did not receive the lines in one order."], Run(relay, Patience).Faults);
    }

    private static Verdict Run(AlteringRelay relay, TimeSpan patience) =>
        Verdict.Of(new Demonstration(relay, patience).Run());
}
