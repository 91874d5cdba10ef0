using Chatctl.Connect;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Tests.Connect;

/// <summary>Which connections count for the time of <c>--retry=TIME</c> and for the pauses.</summary>
public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void While_nothing_gets_through_the_pauses_grow_to_half_a_minute()
    {
        RetryPolicy policy = Create(Timeout.InfiniteTimeSpan);
        for (int i = 0; i < 20; i++)
        {
            double most = Math.Min(0.5 * Math.Pow(2, i), 30);
            Assert.InRange(Lose(policy, TimeSpan.Zero).TotalSeconds, most / 2, most);
        }

        Assert.Equal(TimeSpan.MaxValue, policy.Left);
    }

    [Fact]
    public void Connections_that_are_dropped_at_once_do_not_stop_the_time()
    {
        RetryPolicy policy = Create(Limit);
        TimeSpan waited = TimeSpan.Zero;
        while (policy.Left > TimeSpan.Zero)
        {
            TimeSpan pause = Lose(policy, TimeSpan.Zero, hasSent: true);
            waited += pause;
            _clock.Advance(pause);
        }

        Assert.Equal(Limit, waited);
    }

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(1.5, false, true)]
    [InlineData(31, false, false)]
    public void A_connection_over_which_something_got_through_starts_the_time_and_the_pauses_again(double seconds, bool hasReceived, bool hasSent)
    {
        RetryPolicy policy = AfterManyPauses();
        Assert.InRange(Lose(policy, TimeSpan.FromSeconds(seconds), hasReceived, hasSent).TotalSeconds, 0.25, 0.5);
        Assert.Equal(Limit, policy.Left);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.9, true)]
    [InlineData(14, false)]
    public void A_connection_over_which_nothing_got_through_does_not_change_the_time_and_the_pauses(double seconds, bool hasSent)
    {
        RetryPolicy policy = AfterManyPauses();
        TimeSpan left = policy.Left;
        Assert.InRange(Lose(policy, TimeSpan.FromSeconds(seconds), hasSent: hasSent).TotalSeconds, 15, 30);
        Assert.Equal(left - TimeSpan.FromSeconds(seconds), policy.Left);
    }

    [Fact]
    public void A_connection_of_less_than_a_second_does_not_count_even_after_a_shorter_pause()
    {
        RetryPolicy policy = Create(Limit);
        Lose(policy, TimeSpan.FromSeconds(0.9));
        Assert.Equal(Limit - TimeSpan.FromSeconds(0.9), policy.Left);
    }

    [Fact]
    public void The_last_pause_ends_when_the_time_ends()
    {
        RetryPolicy policy = Create(TimeSpan.FromSeconds(0.1));
        Assert.Equal(TimeSpan.FromSeconds(0.1), policy.NextPause());
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.Zero, policy.Left);
        Assert.Equal(TimeSpan.Zero, policy.NextPause());
    }

    private RetryPolicy Create(TimeSpan limit) => new(limit, new Backoff(new Random(1)), _clock);

    private RetryPolicy AfterManyPauses()
    {
        RetryPolicy policy = Create(Limit);
        for (int i = 0; i < 10; i++)
        {
            _clock.Advance(policy.NextPause());
        }

        return policy;
    }

    /// <summary>Makes a connection, and loses it after some time.</summary>
    /// <returns>The pause after it.</returns>
    private TimeSpan Lose(RetryPolicy policy, TimeSpan after, bool hasReceived = false, bool hasSent = false)
    {
        policy.Connected();
        _clock.Advance(after);
        policy.Lost(hasReceived, hasSent);
        return policy.NextPause();
    }
}
