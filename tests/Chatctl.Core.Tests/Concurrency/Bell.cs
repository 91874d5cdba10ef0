namespace Chatctl.Core.Tests.Concurrency;

/// <summary>Wakes any number of threads. A waiter says which ring it knows, so it does not miss a ring between its look and its wait.</summary>
internal sealed class Bell(TimeSpan watchdog)
{
    private readonly object _gate = new();
    private long _rings;
    private bool _broken;

    public long Rings => Interlocked.Read(ref _rings);

    public void Ring()
    {
        lock (_gate)
        {
            _rings++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A thread has failed. No thread waits any more.</summary>
    public void Break()
    {
        lock (_gate)
        {
            _broken = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void WaitForRingAfter(long known)
    {
        lock (_gate)
        {
            while (_rings == known && !_broken)
            {
                if (!Monitor.Wait(_gate, watchdog))
                {
                    throw new TimeoutException("nothing rang the bell");
                }
            }

            if (_broken)
            {
                throw new OperationCanceledException("another thread has failed");
            }
        }
    }
}
