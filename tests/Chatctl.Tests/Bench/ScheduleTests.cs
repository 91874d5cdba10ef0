using Chatctl.Bench;

namespace Chatctl.Tests.Bench;

public sealed class ScheduleTests
{
    [Fact]
    public void Turns_are_due_at_the_rate_and_go_round_the_senders()
    {
        var schedule = new Schedule(1000, 1, 3);
        Assert.Equal([0L, 1_000_000, 2_000_000, 3_000_000], [.. Enumerable.Range(0, 4).Select(turn => schedule.Due(turn))]);
        Assert.Equal([0, 1, 2, 0], [.. Enumerable.Range(0, 4).Select(turn => schedule.SenderOf(turn))]);
        Assert.Equal(7, schedule.TurnOf(1, 2));
        Assert.Equal(1, schedule.SenderOf(7));
    }

    [Fact]
    public void A_turn_of_several_lines_takes_the_time_of_several() => Assert.Equal(16_000_000, new Schedule(1000, 8, 1).Due(2));

    [Theory]
    [InlineData(1000, 0, 0)]
    [InlineData(1000, 1, 1)]
    [InlineData(1000, 1_000_000, 1)]
    [InlineData(1000, 1_000_001, 2)]
    [InlineData(3, 1_000_000_000, 3)]
    [InlineData(7, 3_000_000_000, 21)]
    public void The_schedule_counts_the_turns_that_are_due_before_a_time(double rate, long time, long turns)
    {
        var schedule = new Schedule(rate, 1, 1);
        Assert.Equal(turns, schedule.TurnsBefore(time));
        Assert.True(turns == 0 || schedule.Due(turns - 1) < time);
        Assert.True(schedule.Due(turns) >= time);
    }

    [Fact]
    public void A_day_at_a_high_rate_does_not_drift()
    {
        var schedule = new Schedule(1_000_000, 1, 1);
        Assert.Equal(86_400_000_000_000, schedule.Due(86_400_000_000));
    }
}
