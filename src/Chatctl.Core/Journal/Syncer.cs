namespace Chatctl.Core.Journal;

/// <summary>Makes what is written durable, on a thread of its own, and lets the room give receipts for it.</summary>
/// <param name="store">What is written.</param>
/// <param name="every">How long to wait at most between two times; nothing: as soon as something is written.</param>
/// <param name="fail">Told when it cannot be made durable. Nothing more is then.</param>
internal sealed class Syncer(JournalStore store, TimeSpan every, Action<Exception> fail) : IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _bell = new(false);
    private readonly ManualResetEvent _stopping = new(false);
    private Thread? _thread;
    private Places _written;
    private Places _synced;

    /// <summary>Begins.</summary>
    public void Begin(Room room)
    {
        _thread = new Thread(() => Run(room)) { Name = "journal sync", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What comes before these places is written.</summary>
    public void Note(Places places)
    {
        lock (_gate)
        {
            _written = places;
        }

        _bell.Set();
    }

    /// <summary>Stops when everything that is written is durable.</summary>
    public void Dispose()
    {
        _stopping.Set();
        _thread?.Join();
        _bell.Dispose();
        _stopping.Dispose();
    }

    private void Run(Room room)
    {
        bool isLast;
        do
        {
            isLast = WaitHandle.WaitAny([_stopping, _bell]) == 0;
            Places places;
            lock (_gate)
            {
                places = _written;
            }

            if (places == _synced)
            {
                continue;
            }

            try
            {
                store.Sync();
            }
            catch (IOException)
            {
                // A file cannot be opened now. The writing thread says so when it needs one, and nobody has a receipt meanwhile.
                isLast = isLast || _stopping.WaitOne(TryAgain);
                _bell.Set();
                continue;
            }
            catch (JournalException e)
            {
                fail(e);
                return;
            }

            _synced = places;
            room.SettleAll(places);
            isLast = isLast || (every > TimeSpan.Zero && _stopping.WaitOne(every));
        }
        while (!isLast);
    }
}
