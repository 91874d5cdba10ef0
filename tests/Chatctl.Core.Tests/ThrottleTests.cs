using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

public sealed class ThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void One_event_passes_in_an_interval_and_brings_the_count_of_those_held_back()
    {
        var throttle = new Throttle(TimeSpan.FromSeconds(1), _time);
        Assert.True(throttle.TryPass(out long heldBack));
        Assert.Equal(0, heldBack);
        for (int i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.False(throttle.TryPass(out heldBack));
            Assert.Equal(0, heldBack);
        }

        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(throttle.TryPass(out heldBack));
        Assert.Equal(9, heldBack);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(throttle.TryPass(out heldBack));
        Assert.Equal(0, heldBack);
    }

    [Fact]
    public void Of_the_events_of_many_threads_one_passes_and_all_others_are_counted()
    {
        var throttle = new Throttle(TimeSpan.FromSeconds(1), _time);
        int passed = 0;
        Parallel.For(0, 1000, _ => Interlocked.Add(ref passed, throttle.TryPass(out long _) ? 1 : 0));
        Assert.Equal(1, passed);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(throttle.TryPass(out long heldBack));
        Assert.Equal(999, heldBack);
    }
}
