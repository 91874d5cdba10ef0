using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

public sealed class ThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void One_passes_in_a_while_and_says_how_many_were_held_back()
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
    public void Of_many_threads_one_passes_and_all_others_are_counted()
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
