using System.Diagnostics;
using System.Net.Sockets;
using Chatctl.Bench.Sessions;
using Chatctl.Cli;
using Chatctl.Connect;
using Chatctl.Endpoints;

namespace Chatctl.Bench;

/// <summary>All clients of one run. It connects them, waits until they have joined, and passes what they receive to the <see cref="Checker"/>.</summary>
internal sealed class Crowd : IDisposable
{
    private const int ReceiveSize = 128 * 1024;
    private static readonly double NanosecondsATick = 1e9 / Stopwatch.Frequency;
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(50);

    private readonly BenchOptions _options;
    private readonly Endpoint _relay;
    private readonly Interruption _interruption;
    private readonly Checker _checker;
    private readonly IReadiness _readiness = IReadiness.Create();
    private readonly SessionBook? _book;
    private readonly List<Client> _clients = [];
    private readonly List<(SessionClient Client, int Number)> _sessions = [];
    private readonly List<Socket> _stalled = [];
    private readonly int[] _ready = new int[512];
    private int _turn;
    private long _start = Stopwatch.GetTimestamp();

    /// <summary>Connects all clients.</summary>
    /// <param name="relay">The relay to connect to.</param>
    /// <param name="options">How many clients there are, and what they do.</param>
    /// <param name="format">The format of the lines.</param>
    /// <param name="checker">Gets the bytes that clients receive.</param>
    /// <param name="interruption">Ends the joining.</param>
    /// <exception cref="ConnectionException">A client cannot connect.</exception>
    public Crowd(Endpoint relay, BenchOptions options, LineFormat format, Checker checker, Interruption interruption)
    {
        (_relay, _options, _checker, _interruption) = (relay, options, checker, interruption);
        _book = options.Sessions > 0 ? new SessionBook(options, checker.Faults) : null;
        byte[] buffer = GC.AllocateArray<byte>(Math.Max(ReceiveSize, 2 * options.Size), pinned: true);
        try
        {
            for (int i = 0; i < options.Clients; i++)
            {
                Socket socket = Connect();
                if (options.IsSession(i))
                {
                    var session = new SessionClient(i, format, checker, _book!);
                    session.Open(socket, 0);
                    _sessions.Add((session, i));
                    _clients.Add(session);
                }
                else
                {
                    _clients.Add(new PlainClient(socket, i, checker, buffer, options.Size));
                }

                _readiness.Add(socket, i);
            }

            for (int i = 0; i < options.Stalled; i++)
            {
                _stalled.Add(Connect());
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Senders = [.. Enumerable.Range(0, options.Senders).Select(i => new Sender(_clients[options.Clients - 1 - i], format, i, options.Batch))];
    }

    /// <summary>The clients that send.</summary>
    public Sender[] Senders { get; }

    /// <summary>Nanoseconds since the load began.</summary>
    public long Now => (long)((Stopwatch.GetTimestamp() - _start) * NanosecondsATick);

    /// <summary>How many connections of reading clients the relay has ended.</summary>
    public int Closed { get; private set; }

    /// <summary>How many lines of sessions have no ack yet.</summary>
    public int Unacknowledged => _sessions.Sum(session => session.Client.Unacknowledged);

    /// <summary>How often a session was resumed.</summary>
    public long Resumes => _book?.Resumes ?? 0;

    /// <inheritdoc cref="Figures.ResumeP99"/>
    public TimeSpan ResumeP99 => _book?.ResumeP99 ?? TimeSpan.Zero;

    /// <summary>How many connections of stalled clients the relay has ended.</summary>
    public int StalledCutOff => _stalled.Count(socket => (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0);

    /// <summary>
    /// One client sends probes until all clients have received one: only a client that has joined is due every line. Then the clock of the load
    /// starts.
    /// </summary>
    /// <exception cref="ConnectionException">A client receives nothing.</exception>
    /// <exception cref="UsageException">As in <see cref="Receive(int)"/>.</exception>
    public void Gather()
    {
        long begin = Stopwatch.GetTimestamp();
        long probed = 0;
        while (_checker.Probed < _options.Fanout || !_stalled.TrueForAll(socket => socket.Available > 0))
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
            if (elapsed > _options.Patience)
            {
                int open = _sessions.Count(session => session.Client.IsOpen);
                throw new ConnectionException(open < _sessions.Count
                    ? $"{_relay} does not open sessions: it answered {open} of {_sessions.Count} hellos"
                    : $"{_relay} does not relay: {_checker.Probed} of {_options.Fanout} clients received a line of another client{(_options.Echo ? " or their own" : "")}");
            }

            if (probed == 0 || Stopwatch.GetElapsedTime(probed) > ProbeInterval)
            {
                probed = Stopwatch.GetTimestamp();
                Senders[0].Push();
                Senders[0].Probe();
            }

            _interruption.ThrowIfRequested();
            Receive(1);
            if (Closed > 0)
            {
                _interruption.ThrowIfRequestedSoon();
                string? refusal = _sessions.Select(session => session.Client.Refusal).FirstOrDefault(reason => reason is not null);
                throw new ConnectionException($"{_relay} closed a connection while clients were joining{(refusal is null ? "" : $": {refusal}")}");
            }
        }

        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Receives once from every client that has data.</summary>
    /// <param name="milliseconds">How long to wait if no client has data.</param>
    /// <returns>How many clients had data.</returns>
    /// <exception cref="UsageException">The relay sends lines back to their sender, and the options do not say so.</exception>
    public int Receive(int milliseconds)
    {
        int count = _readiness.Wait(_ready, milliseconds);
        for (int i = 0; i < count; i++)
        {
            Closed += _clients[_ready[i]].Receive(Now) ? 0 : 1;
        }

        // The first line may come back late: after all others have received it and the load has started.
        if (_checker.ProbeCameBack && !_options.Echo)
        {
            throw new UsageException($"{_relay} sends lines back to their sender (use --echo)");
        }

        return count;
    }

    /// <summary>
    /// Resets the connection of one session, and connects it again. The sessions take turns; one that waits for the answer to a hello is left out.
    /// </summary>
    /// <returns>The client; -1 if all wait.</returns>
    /// <exception cref="ConnectionException">It cannot connect again.</exception>
    public int Reset()
    {
        for (int i = 0; i < _sessions.Count; i++)
        {
            (SessionClient session, int number) = _sessions[_turn++ % _sessions.Count];
            if (session.IsOpen)
            {
                session.Reset();
                Socket socket = Connect();
                _readiness.Add(socket, number);
                session.Open(socket, Now);
                return number;
            }
        }

        return -1;
    }

    /// <summary>Adds the faults of sessions that show only at the end.</summary>
    public void Conclude() => _sessions.ForEach(session => session.Client.Conclude());

    /// <inheritdoc/>
    public void Dispose()
    {
        _readiness.Dispose();
        _clients.ForEach(client => client.Dispose());
        _stalled.ForEach(socket => socket.Dispose());
    }

    private Socket Connect()
    {
        _interruption.ThrowIfRequested();
        Socket socket = Dialer.Dial(_relay, _options.Patience).Socket;
        socket.Blocking = false;
        return socket;
    }
}
