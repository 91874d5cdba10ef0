using System.Runtime.CompilerServices;
using HdrHistogram;

namespace Chatctl.Bench;

/// <summary>
/// The time from when a line was due until it arrived, for all lines that were due within a window. It counts from when a line was due and not
/// from when it was sent. So a relay that holds senders back cannot hide the wait.
/// </summary>
internal sealed class LatencyWindow
{
    private const long Microsecond = 1000;
    private const long Longest = 24 * 3600 * 1_000_000_000L;

    private readonly LongHistogram _histogram = new(Microsecond, Longest, 3);
    private ulong _due;
    private long _now;
    private long _count;

    /// <summary>When the window begins, in nanoseconds since the run began.</summary>
    public long From { get; init; }

    /// <summary>When the window ends. A line that is due at this time is outside.</summary>
    public long To { get; init; } = long.MaxValue;

    /// <summary>Records every delivery too, inside the window or not. Null if the course of the run is not needed.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>How many deliveries were recorded.</summary>
    public long Count
    {
        get
        {
            Flush();
            return _histogram.TotalCount;
        }
    }

    /// <summary>Records one delivery.</summary>
    /// <param name="due">When it was due, encoded as in the line.</param>
    /// <param name="now">When it arrived, in nanoseconds since the run began.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(ulong due, long now)
    {
        // Lines of one write are due together, and usually arrive together.
        if (due != _due || now != _now)
        {
            Flush();
            _due = due;
            _now = now;
        }

        _count++;
    }

    /// <summary>The latency that this part of the deliveries did not exceed. Zero if there were no deliveries.</summary>
    /// <param name="percentile">0 to 100.</param>
    public TimeSpan At(double percentile)
    {
        Flush();
        return _histogram.TotalCount == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_histogram.GetValueAtPercentile(percentile) / 1000.0);
    }

    private void Flush()
    {
        if (_count > 0)
        {
            long due = LineFormat.Decode(_due);
            if (due >= From && due < To)
            {
                _histogram.RecordValueWithCount(Math.Clamp(_now - due, 0, Longest), _count);
            }

            Timeline?.Record(due, _now, _count);

            _count = 0;
        }
    }
}
