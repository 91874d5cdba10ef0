namespace Chatctl.Connect.Sessions;

/// <summary>Which lines of the input the server has acknowledged in its present epoch, and with which numbers. So it can be told which of them a server has lost.</summary>
/// <remarks>The memory is bounded. When there are many acks, some are forgotten: then some lines more may be told than were lost, and never fewer.</remarks>
internal sealed class AckedLines
{
    private const int Most = 1024;

    private readonly List<(long N, long Seq)> _acks = [];

    // Acks that are nearer to each other than so many lines are one.
    private long _step;

    // The last line that was acknowledged in an epoch before.
    private long _before;

    /// <summary>All lines up to this one are acknowledged.</summary>
    /// <param name="n">Its number in the input.</param>
    /// <param name="seq">Its number in the room.</param>
    public void Add(long n, long seq)
    {
        if (n <= Last)
        {
            return;
        }

        if (_acks.Count > 1 && _acks[^1].N - _acks[^2].N < _step)
        {
            _acks[^1] = (n, seq);
            return;
        }

        if (_acks.Count == Most)
        {
            int i = 0;
            _acks.RemoveAll(_ => i++ % 2 == 0);
            _step = (_acks[^1].N - _acks[0].N) / _acks.Count;
        }

        _acks.Add((n, seq));
    }

    /// <summary>The first and the last line of the input that may have a larger number in the room; null if none has.</summary>
    public (long First, long Last)? Behind(long seq)
    {
        int left = _acks.FindLastIndex(ack => ack.Seq <= seq);
        return left == _acks.Count - 1 ? null : (1 + (left < 0 ? _before : _acks[left].N), Last);
    }

    /// <summary>The numbers of the room begin another epoch.</summary>
    public void EndEpoch()
    {
        _before = Last;
        _acks.Clear();
        _step = 0;
    }

    private long Last => _acks.Count == 0 ? _before : _acks[^1].N;
}
