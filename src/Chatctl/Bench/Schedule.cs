namespace Chatctl.Bench;

/// <summary>
/// When each sender writes: at a fixed rate, even if earlier writes are late. The senders take turns. Turn 0 is due at the start and belongs
/// to sender 0.
/// </summary>
/// <param name="rate">Lines a second in all.</param>
/// <param name="batch">Lines in each turn, written together.</param>
/// <param name="senders">How many senders take turns.</param>
internal sealed class Schedule(double rate, int batch, int senders)
{
    private readonly double _nanoseconds = 1e9 * batch / rate;

    /// <summary>When a turn is due, in nanoseconds since the start.</summary>
    /// <param name="turn">The turn, from 0.</param>
    public long Due(long turn) => (long)(turn * _nanoseconds);

    /// <summary>How many turns are due before a time.</summary>
    /// <param name="time">In nanoseconds since the start.</param>
    public long TurnsBefore(long time)
    {
        long turns = (long)Math.Ceiling(time / _nanoseconds);

        // Due rounds, so the first result may be off by one.
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

    /// <summary>The sender that a turn belongs to.</summary>
    public int SenderOf(long turn) => (int)(turn % senders);

    /// <summary>The number, among all turns, of a sender's n-th turn; n begins at 0.</summary>
    public long TurnOf(int sender, long n) => sender + (n * senders);
}
