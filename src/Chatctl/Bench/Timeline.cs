using HdrHistogram;

namespace Chatctl.Bench;

/// <summary>
/// What happened when during the measured time, in slices of equal length. A delivery counts in the slice in which it arrived. Its latency
/// counts in the slice in which its line was due, so that a pause of the relay shows where it began.
/// </summary>
internal sealed class Timeline
{
    // Enough for a smooth curve, and few enough that the histograms of all slices stay below 5 MiB.
    private const int MostSlices = 120;
    private const long ShortestSlice = 100_000_000;
    private const long LongestLatency = 24 * 3600 * 1_000_000_000L;

    private readonly long _from;
    private readonly long _length;
    private readonly long[] _deliveries;
    private readonly LongHistogram[] _latencies;

    /// <param name="from">When the measured time begins, in nanoseconds since the run began.</param>
    /// <param name="duration">How long it is, in nanoseconds.</param>
    public Timeline(long from, long duration)
    {
        int count = (int)Math.Clamp(duration / ShortestSlice, 1, MostSlices);
        _from = from;
        _length = Math.Max(1, (duration + count - 1) / count);
        _deliveries = new long[count];
        _latencies = [.. Enumerable.Range(0, count).Select(_ => new LongHistogram(1000, LongestLatency, 2))];
    }

    /// <summary>Records deliveries that were due together and arrived together. What lies outside the measured time is left out.</summary>
    /// <param name="due">When they were due, in nanoseconds since the run began.</param>
    /// <param name="now">When they arrived, in nanoseconds since the run began.</param>
    /// <param name="count">How many there were.</param>
    public void Record(long due, long now, long count)
    {
        if (TryFind(now, out int arrived))
        {
            _deliveries[arrived] += count;
        }

        if (TryFind(due, out int intended))
        {
            _latencies[intended].RecordValueWithCount(Math.Clamp(now - due, 0, LongestLatency), count);
        }
    }

    /// <summary>The slices in the order of time.</summary>
    /// <param name="until">When the run ended, in nanoseconds since it began. There are no slices after that.</param>
    public IReadOnlyList<Slice> Slices(long until)
    {
        long measured = until - _from;
        return [.. Enumerable.Range(0, _deliveries.Length).Where(i => i * _length < measured).Select(i => SliceAt(i, Math.Min(_length, measured - (i * _length))))];
    }

    private Slice SliceAt(int i, long length) => new()
    {
        Start = TimeSpan.FromTicks(i * _length / 100),
        Length = TimeSpan.FromTicks(length / 100),
        Deliveries = _deliveries[i],
        P50 = Latency(i, 50),
        P90 = Latency(i, 90),
        P99 = Latency(i, 99),
        P999 = Latency(i, 99.9),
    };

    private TimeSpan? Latency(int i, double percentile) =>
        _latencies[i].TotalCount == 0 ? null : TimeSpan.FromMicroseconds(_latencies[i].GetValueAtPercentile(percentile) / 1000.0);

    private bool TryFind(long time, out int slice)
    {
        long index = time < _from ? -1 : (time - _from) / _length;
        slice = (int)Math.Clamp(index, 0, _deliveries.Length - 1);
        return index == slice;
    }
}
