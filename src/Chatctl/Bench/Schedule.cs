namespace Chatctl.Bench;

/// <summary>
/// When which sender is to write: at a fixed rate, whatever becomes of the writes before. The senders take turns; turn 0 is due at the
/// start and sender 0's.
/// </summary>
/// <param name="rate">Lines a second in all.</param>
/// <param name="batch">Lines a turn, written together.</param>
/// <param name="senders">How many take turns.</param>
internal sealed class Schedule(double rate, int batch, int senders)
{
    private readonly double _nanoseconds = 1e9 * batch / rate;

    /// <summary>When a turn is due, in nanoseconds since the start.</summary>
    /// <param name="turn">From 0.</param>
    public long Due(long turn) => (long)(turn * _nanoseconds);

    /// <summary>How many turns are due before a time.</summary>
    /// <param name="time">In nanoseconds since the start.</param>
    public long TurnsBefore(long time)
    {
        long turns = (long)Math.Ceiling(time / _nanoseconds);

        // Within the rounding of Due.
        while (Due(turns) < time)
        {
            turns++;
        }

        while (turns > 0 && Due(turns - 1) >= time)
        {
            turns--;
        }

        return turns;
    }

    /// <summary>Whose turn it is.</summary>
    public int SenderOf(long turn) => (int)(turn % senders);

    /// <summary>A sender's n-th turn, from 0, among all turns.</summary>
    public long TurnOf(int sender, long n) => sender + (n * senders);
}
