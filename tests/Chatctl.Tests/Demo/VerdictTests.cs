using Chatctl.Demo;

namespace Chatctl.Tests.Demo;

/// <summary>How the accounts of the members become a verdict.</summary>
public sealed class VerdictTests
{
    [Fact]
    public void The_order_is_the_one_that_all_members_saw()
    {
        var verdict = Verdict.Of([Of("a", "a1 a2", "b1 c1"), Of("b", "b1", "a1 c1 a2"), Of("c", "c1", "a1 b1 a2")]);
        Assert.Empty(verdict.Faults);
        Assert.Equal(["a1", "b1", "c1", "a2"], verdict.Order);
    }

    [Fact]
    public void Two_members_that_see_two_lines_in_different_orders_break_the_one_order()
    {
        var verdict = Verdict.Of([Of("a", "a1", "b1 c1 d1"), Of("b", "b1", "a1 c1 d1"), Of("c", "c1", "b1 a1 d1"), Of("d", "d1", "a1 b1 c1")]);
        Assert.Equal(["The members did not receive the lines in one order."], verdict.Faults);
        Assert.False(verdict.IsGood);
    }

    [Fact]
    public void Lines_of_one_sender_that_change_places_break_the_one_order() =>
        Assert.False(Verdict.Of([Of("a", "a1 a2", "b1"), Of("b", "b1", "a2 a1")]).IsGood);

    [Theory]
    [InlineData("b1", "a did not receive \"b2\".")]
    [InlineData("b1 b1 b2", "a received \"b1\" 2 times.")]
    [InlineData("b1 x b2", "a received \"x\", which no member sent.")]
    [InlineData("b1 a1 b2", "a received its own line \"a1\".")]
    public void A_fault_names_the_member_and_the_line(string received, string fault) =>
        Assert.Equal([fault], Verdict.Of([Of("a", "a1", received), Of("b", "b1 b2", "a1")]).Faults);

    [Fact]
    public void A_connection_that_failed_is_a_fault_although_all_lines_arrived() =>
        Assert.Equal(["b: the room reset the connection."], Verdict.Of([Of("a", "a1", "b1"), Of("b", "b1", "a1") with { Fault = "the room reset the connection" }]).Faults);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_connection_that_was_not_lost_in_the_middle_is_a_fault(int before) =>
        Assert.Equal(
            [$"a lost its connection after {before} of 2 lines, which is not in the middle."],
            Verdict.Of([Of("a", "a1", "b1 b2") with { Loss = new Loss(before) }, Of("b", "b1 b2", "a1")]).Faults);

    private static Account Of(string name, string sent, string received) => new(name, sent.Split(' '), received.Split(' '));
}
