using System.Diagnostics;

namespace Chatctl.Logging;

/// <summary>
/// A bounded queue in front of standard error, and a thread that writes. The code that logs never waits. If no reader takes the lines, they are
/// dropped and counted, and the count is written before the next line that gets through.
/// </summary>
/// <param name="write">Writes one or several whole lines, and may block or fail.</param>
/// <param name="lost">Makes the line that says how many lines were lost.</param>
/// <param name="capacity">How many bytes may wait in the queue.</param>
internal sealed class LogQueue(LogQueue.Sink write, Func<long, byte[]> lost, int capacity = 1 << 20) : IDisposable
{
    // A pipe takes this much in one piece (PIPE_BUF on Linux), so that lines of several processes do not mix.
    private const int PieceBytes = 4096;

    private readonly object _gate = new();
    private readonly Queue<Entry> _entries = new();
    private Thread? _thread;
    private int _waiting;

    // Dropped lines did not get into the queue, so they are missing behind it. Failed lines could not be written, so they are missing before it.
    private long _dropped;
    private long _failed;
    private bool _overflows;
    private bool _flows = true;
    private bool _isWriting;
    private bool _ended;

    /// <summary>Writes whole lines.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public delegate void Sink(ReadOnlySpan<byte> lines);

    /// <summary>How long the end of the process waits for the queued lines.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    private bool HasWork => _entries.Count > 0 || (_flows && _dropped > 0);

    /// <summary>Queues a line, with its end. Safe from any thread; never blocks.</summary>
    public void Add(byte[] line)
    {
        lock (_gate)
        {
            // Half of the queue must be free before it takes more. Otherwise every second line would say that one is missing.
            _overflows = line.Length > capacity - _waiting || (_overflows && _waiting > capacity / 2);
            if (_overflows || _ended)
            {
                _dropped++;
                return;
            }

            Mend();
            Enqueue(new Entry(line, 1));
            if (_thread is null)
            {
                // Not before the first line: most runs log nothing.
                _thread = new Thread(Run) { IsBackground = true, Name = "log" };
                _thread.Start();
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes no more lines, and waits until the queued lines are written, at most for <see cref="Patience"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
            var waited = Stopwatch.StartNew();
            while ((HasWork || _isWriting) && _thread is not null && Patience - waited.Elapsed is var left && left > TimeSpan.Zero)
            {
                Monitor.Wait(_gate, left);
            }
        }
    }

    private void Run()
    {
        byte[] buffer = new byte[PieceBytes];
        while (true)
        {
            ReadOnlySpan<byte> piece;
            long lines;
            lock (_gate)
            {
                _isWriting = false;
                Monitor.PulseAll(_gate);
                while (!HasWork)
                {
                    if (_ended)
                    {
                        return;
                    }

                    Monitor.Wait(_gate);
                }

                Mend();
                piece = Take(buffer, out lines);
                _isWriting = true;
            }

            bool written;
            try
            {
                write(piece);
                written = true;
            }
            catch (IOException)
            {
                // Standard error is closed or full, or its reader is gone. It may work again, as a disk does when it has space. Until then the failure is only counted.
                written = false;
            }

            lock (_gate)
            {
                _flows = written;
                _failed += written ? 0 : lines;
            }
        }
    }

    /// <summary>Queues the line that stands for missing lines. Call it under the lock, before a line is queued or when the queue is empty.</summary>
    private void Mend()
    {
        if (_dropped > 0 && !_overflows | _entries.Count == 0)
        {
            Enqueue(new Entry(lost(_dropped), _dropped));
            (_dropped, _overflows) = (0, false);
        }
    }

    private void Enqueue(Entry entry)
    {
        _waiting += entry.Line.Length;
        _entries.Enqueue(entry);
    }

    /// <summary>Takes as many lines as fit into one piece, or one line that is longer.</summary>
    private ReadOnlySpan<byte> Take(byte[] buffer, out long lines)
    {
        int length = 0;
        if (_failed > 0 && !_flows && _entries.TryPeek(out Entry next) && next.Line.Length > buffer.Length - lost(_failed).Length)
        {
            // This line would wait behind the line about the lost ones for as long as that does not get through, and all later lines with it.
            _failed += next.Lines;
            _waiting -= next.Line.Length;
            _entries.Dequeue();
        }

        lines = _failed;
        if (_failed > 0)
        {
            Append(lost(_failed), ref buffer, ref length);
            _failed = 0;
        }

        while (_entries.TryPeek(out Entry entry) && Append(entry.Line, ref buffer, ref length))
        {
            lines += entry.Lines;
            _waiting -= entry.Line.Length;
            _entries.Dequeue();
        }

        return buffer.AsSpan(0, length);
    }

    private static bool Append(byte[] line, ref byte[] buffer, ref int length)
    {
        if (length == 0 && line.Length > buffer.Length)
        {
            (buffer, length) = (line, line.Length);
            return true;
        }

        if (line.Length > buffer.Length - length)
        {
            return false;
        }

        line.CopyTo(buffer, length);
        length += line.Length;
        return true;
    }

    /// <summary>One line that waits in the queue.</summary>
    /// <param name="Line">The line, with its end.</param>
    /// <param name="Lines">How many lines it stands for: 1, or the number of missing lines that it reports.</param>
    private readonly record struct Entry(byte[] Line, long Lines);
}
