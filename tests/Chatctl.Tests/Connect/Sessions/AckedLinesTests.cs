using Chatctl.Connect.Sessions;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>Which own lines are told to be lost, when there are more acks than are remembered.</summary>
public sealed class AckedLinesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(50_000)]
    [InlineData(99_000)]
    [InlineData(99_999)]
    public void Never_too_few_are_told_and_not_many_too_many(int left)
    {
        var acked = new AckedLines();
        for (int n = 1; n <= 100_000; n++)
        {
            acked.Add(n, n);
        }

        (long first, long last) = acked.Behind(left)!.Value;
        Assert.Equal(100_000, last);
        Assert.InRange(first, Math.Max(1, left - 1000), left + 1);
        Assert.Null(acked.Behind(100_000));
    }

    [Fact]
    public void An_epoch_that_is_over_does_not_count_any_more()
    {
        var acked = new AckedLines();
        acked.Add(5, 50);
        acked.EndEpoch();
        Assert.Null(acked.Behind(0));
        acked.Add(5, 50);
        Assert.Null(acked.Behind(0));
        acked.Add(8, 60);
        Assert.Equal((6, 8), acked.Behind(50));
    }
}
