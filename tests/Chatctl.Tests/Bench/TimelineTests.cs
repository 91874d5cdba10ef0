using Chatctl.Bench;

namespace Chatctl.Tests.Bench;

public sealed class TimelineTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void The_measured_time_is_cut_into_equal_slices()
    {
        IReadOnlyList<Slice> slices = new Timeline(Second, 5 * Second).Slices(6 * Second);
        Assert.Equal(50, slices.Count);
        Assert.All(slices, slice => Assert.Equal(TimeSpan.FromMilliseconds(100), slice.Length));
        Assert.Equal(TimeSpan.Zero, slices[0].Start);
        Assert.Equal(TimeSpan.FromSeconds(4.9), slices[^1].Start);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(Second / 20, 1)]
    [InlineData(Second, 10)]
    [InlineData(3600 * Second, 120)]
    public void There_are_from_1_to_120_slices(long duration, int count) =>
        Assert.Equal(count, new Timeline(0, duration).Slices(duration).Count);

    [Fact]
    public void A_delivery_counts_where_it_arrived_and_its_latency_where_it_was_due()
    {
        var timeline = new Timeline(Second, Second);
        timeline.Record(Second + 50_000_000, Second + 250_000_000, 7);
        IReadOnlyList<Slice> slices = timeline.Slices(2 * Second);
        Assert.Equal(0, slices[0].Deliveries);
        Assert.InRange(slices[0].P50!.Value.TotalMilliseconds, 198, 202);
        Assert.Equal(7, slices[2].Deliveries);
        Assert.Equal(70, slices[2].DeliveryRate);
        Assert.Null(slices[2].P50);
    }

    [Fact]
    public void Deliveries_outside_the_measured_time_are_left_out()
    {
        var timeline = new Timeline(Second, Second);
        timeline.Record(0, Second - 1, 1);
        timeline.Record(2 * Second, 3 * Second, 1);
        Assert.All(timeline.Slices(2 * Second), slice => Assert.Equal((0, null), (slice.Deliveries, slice.P50)));
    }

    [Fact]
    public void A_run_that_ended_early_has_no_slices_after_its_end()
    {
        var timeline = new Timeline(Second, 10 * Second);
        timeline.Record(Second, Second + 210_000_000, 10);
        IReadOnlyList<Slice> slices = timeline.Slices(Second + 250_000_000);
        Assert.Equal(3, slices.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(50), slices[2].Length);
        Assert.Equal(200, slices[2].DeliveryRate);
        Assert.Empty(timeline.Slices(0));
    }
}
