using Chatctl.Cli;
using Chatctl.Io;

namespace Chatctl.Connect.Sessions;

/// <summary>
/// A session as it goes on over all connections: opens it on each, and prints the lines that the server says. It knows the position, so no line
/// is printed twice, and another connection goes on where the last one ended.
/// </summary>
/// <remarks>This file is the side of the connections. What the server says is dealt with in <c>SessionReception.Listener.cs</c>.</remarks>
internal sealed partial class SessionReception : IReception
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(5);

    private readonly string _peer;
    private readonly SessionRequest _request;
    private readonly LocalStreams _local;
    private readonly ClientOptions _options;
    private readonly LineOutbox _outbox;
    private readonly Action _assist;
    private readonly SessionLosses _losses;
    private readonly LinePrinter? _printer;
    private readonly ServerDecoder _decoder;
    private readonly string _client = ClientWire.NewClientId();
    private readonly AckedLines _acked = new();
    private Position? _position;

    // The number of the last own line that was acknowledged and is left.
    private long _ackedSeq;
    private Connection? _connection;
    private Action? _ready;
    private long _deadline;
    private long _begunAt;
    private bool _isUnanswered;
    private bool _hasBegun;

    /// <param name="peer">The server, for messages.</param>
    /// <param name="request">The session that the user asks for.</param>
    /// <param name="local">The user's side.</param>
    /// <param name="options">What to do with the two directions.</param>
    /// <param name="outbox">Learns what the server has taken.</param>
    /// <param name="assist">Called when a request was put into the outbox.</param>
    public SessionReception(string peer, SessionRequest request, LocalStreams local, ClientOptions options, LineOutbox outbox, Action assist)
    {
        (_peer, _request, _local, _options, _outbox, _assist) = (peer, request, local, options, outbox, assist);
        _losses = new SessionLosses(peer);
        _printer = options.Prints && local.Chat is null ? new LinePrinter(local.Output, request, options.Terminator) : null;
        _decoder = new ServerDecoder(peer, _client, this);
        _position = request.Start;
        _wantedName = request.Name;
        outbox.Refused = _losses.Refuse;
        Wanted = options.Count;
    }

    public long? Wanted { get; private set; }

    public bool IsReady => _decoder.IsWelcomed;

    public bool IsMidLine => false;

    public bool HasProgress { get; private set; }

    private long HelloMilliseconds => (long)(_options.ConnectTimeout > TimeSpan.Zero ? _options.ConnectTimeout : DefaultPatience).TotalMilliseconds;

    public TimeSpan Patience => IsReady ? _request.PositionFile?.Patience ?? Timeout.InfiniteTimeSpan
        : _isUnanswered ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromMilliseconds(Math.Max(0, _deadline - Environment.TickCount64));

    // A person sees it when it happens.
    public string? Objection => _local.IsConversation && StandardStreams.OutputIsTerminal ? null : _losses.Sentence;

    public void Begin(Connection connection, Action ready)
    {
        (_connection, _ready, HasProgress, _isUnanswered) = (connection, ready, false, false);
        _decoder.Begin();
        if (!_hasBegun)
        {
            _hasBegun = true;
            _local.Chat?.Begin(this);
        }

        _begunAt = Environment.TickCount64;
        _deadline = _begunAt + HelloMilliseconds;

        // A client that prints nothing needs nothing of the past.
        ReadOnlySpan<byte> hello = ClientWire.Hello(_client, _wantedName, !_options.Prints ? null : _position?.ToString() ?? _request.Since, _request.Token);
        while (hello.Length > 0 && connection.TrySend(hello, out int handed))
        {
            hello = hello[handed..];
        }

        // After an error the connection has ended, and the receive tells how.
        connection.Handed = 0;
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _decoder.Read(bytes);
        }
        finally
        {
            // What came before a broken line, or before a fatal error, was said. The file gets the position only after that: if the output
            // fails, the next run begins with what it did not take.
            _printer?.Flush();
            if (_position is { } position && IsReady)
            {
                _request.PositionFile?.Move(position);
            }
        }

        if (IsReady)
        {
            KeepPosition(isLast: false);
        }
        else if (Patience == TimeSpan.Zero)
        {
            OnSilence();
        }
    }

    public void OnSilence()
    {
        if (IsReady)
        {
            KeepPosition(isLast: false);
        }
        else if (!_isUnanswered && Environment.TickCount64 >= _deadline)
        {
            if (_decoder.TakeDelay() && _options.RetryFor is { } time && (time == Timeout.InfiniteTimeSpan || Environment.TickCount64 - _begunAt < time.TotalMilliseconds))
            {
                // Another connection would have to wait too.
                _deadline += HelloMilliseconds;
                return;
            }

            _isUnanswered = true;
            if (_decoder.IsDelayed && !_options.Retries)
            {
                throw new ConnectionException($"{_peer} cannot open a session now: it waits for its backplane");
            }

            if (!_wasWelcomed && !_decoder.IsDelayed)
            {
                throw new ConnectionException(
                    $"{_peer} has no sessions: it has not answered the hello; it may run with --plain or --framing raw, or be older, or another program");
            }

            _connection!.Interrupt();
        }
    }

    public string? Fault() => IsReady ? null
        : _decoder.Refusal is { } refusal ? throw new ConnectionException($"{_peer}: {refusal.Message}{_outbox.Doubt(0, isConfirmed: false)}")
        : _isUnanswered ? $"{_peer} has not answered the hello"
        : $"{_peer} closed the connection before it answered the hello";

    // The next connection begins with a hello. Each line that came whole is printed already.
    public void Lose() => _local.Chat?.Lost();

    public void Confirm()
    {
        // Own lines do not come back. Without this the next run would be told them, as those of another client.
        if (Wanted != 0 && _position is { } position && _ackedSeq > position.Seq)
        {
            MoveTo(_ackedSeq);
            _request.PositionFile?.Move(_position.Value);
        }
    }

    public void Finish() => _printer?.Finish();

    public void Close() => KeepPosition(isLast: true);

    /// <summary>Everything up to the position has been written to the output.</summary>
    private void KeepPosition(bool isLast)
    {
        if (_request.PositionFile is { } file && _options.Prints)
        {
            file.Write(isLast);
        }
    }
}
