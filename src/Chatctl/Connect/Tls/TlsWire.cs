using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect.Tls;

/// <summary>
/// The bytes inside TLS. The ends are close_notify alerts: TLS signs them, and nobody in between can make one. The bare end of the TCP connection
/// is trouble, because anybody can make it.
/// </summary>
/// <remarks>
/// One thread may read from the stream and another write to it, but its end must meet neither: it uses the state of both directions, and could take
/// for itself what belongs to a read. So whoever writes holds <c>_sending</c>, whoever reads holds <c>_reading</c>, and the end needs both, in this
/// order. Nobody waits for the peer while it holds <c>_reading</c>.
/// </remarks>
internal sealed class TlsWire : Wire
{
    // What one record holds. A record reaches the peer whole or not at all.
    private const int MostOfRecord = 16 * 1024;

    private readonly RawStream _raw;
    private readonly SslStream _tls;
    private readonly TlsFault _faults;
    private readonly Lock _sending = new();
    private readonly Lock _reading = new();
    private Task<int>? _read;
    private string? _trouble;
    private bool _isHopeless;
    private bool _isCut;
    private bool _hasReceived;
    private bool _isFinished;
    private volatile bool _hasLeft;
    private long _arrivedBefore;

    /// <param name="socket">Connected and blocking. It is disposed with this.</param>
    /// <param name="raw">The stream over it.</param>
    /// <param name="tls">The stream over that, after its handshake. It is disposed with this.</param>
    /// <param name="faults">Puts failures into words.</param>
    public TlsWire(Socket socket, RawStream raw, SslStream tls, TlsFault faults)
        : base(socket) => (_raw, _tls, _faults) = (raw, tls, faults);

    public override string? Trouble => _trouble;

    public override bool IsHopeless => _isHopeless;

    public override bool IsCut => _isCut;

    public override string Describe(Endpoint endpoint)
    {
        string version = _tls.SslProtocol == SslProtocols.Tls13 ? "TLS 1.3" : "TLS 1.2";
        return $"{(Socket.RemoteEndPoint is { } peer ? $"tls://{peer}" : endpoint)} ({version}, {_tls.NegotiatedCipherSuite})";
    }

    // A read goes on over several calls. It may also end without the socket, with what an earlier receive has brought.
    public override bool HasBytes(Memory<byte> buffer)
    {
        if (_read is null)
        {
            lock (_reading)
            {
                _read = _tls.ReadAsync(buffer).AsTask();
            }
        }

        return _read.IsCompleted;
    }

    public override int? Receive(Memory<byte> buffer, out SocketError error)
    {
        error = SocketError.Success;
        if (!HasBytes(buffer))
        {
            // Where nothing else waits for the socket before this.
            if (OperatingSystem.IsWindows())
            {
                Socket.Poll(-1, SelectMode.SelectRead);
            }

            lock (_reading)
            {
                _raw.Receive();
            }

            if (!HasBytes(buffer))
            {
                return null;
            }
        }

        Task<int> read = _read!;
        _read = null;
        try
        {
            int count = read.GetAwaiter().GetResult();
            _hasReceived |= count > 0;
            if (count > 0 || !_raw.IsEnded || _hasLeft)
            {
                return count;
            }

            _isCut = true;
        }
        catch (IOException e)
        {
            error = _raw.Failure;
            _isCut = _raw.IsEnded;
            if (_hasLeft)
            {
                return 0;
            }

            if (error == SocketError.Success && !_isCut)
            {
                (_trouble, _isHopeless) = _faults.OfReceiving(e);
            }
        }

        if (_trouble is null && !_hasReceived)
        {
            (_trouble, _isHopeless) = _faults.OfBreakingOff();
        }

        error = error == SocketError.Success ? SocketError.ConnectionAborted : error;
        return 0;
    }

    public override bool TrySend(ReadOnlySpan<byte> bytes, out int handed)
    {
        ReadOnlySpan<byte> record = bytes[..Math.Min(bytes.Length, MostOfRecord)];
        lock (_sending)
        {
            try
            {
                _tls.Write(record);
                (SendError, handed) = (0, record.Length);
                return true;
            }
            catch (Exception e) when (IsFailure(e))
            {
                // This side has left, or the peer has refused it, or the system has an error.
                (SendError, handed) = (_raw.WriteError == 0 ? Libc.EPIPE : _raw.WriteError, 0);
                return false;
            }
        }
    }

    public override void AwaitSpace()
    {
        if (!OperatingSystem.IsWindows())
        {
            Socket.Poll(-1, SelectMode.SelectWrite);
        }
    }

    public override bool TryFinish(out bool peerWasFirst)
    {
        peerWasFirst = false;
        try
        {
            // What has arrived by now was sent before this.
            _arrivedBefore = _raw.Arrived();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Another thread has ended the connection.
            return false;
        }

        lock (_sending)
        {
            return TryShutDown();
        }
    }

    // The peer sends nothing after its end. So if all that was received had arrived before this side's end was sent, the peer's was among it.
    public override bool HasCrossed() => _raw.Received <= _arrivedBefore || TcpState.IsUnacknowledged(Socket);

    public override void Leave()
    {
        // The end that comes now is this side's own.
        _hasLeft = true;
        if (!_sending.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isFinished && Socket.Poll(0, SelectMode.SelectWrite))
            {
                TryShutDown();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended already.
        }
        finally
        {
            _sending.Exit();
        }
    }

    public override void Dispose()
    {
        // The stream would wait for a read that is under way. The socket ends it, and nothing else needs to be released soon.
        base.Dispose();
        _tls.Dispose();
    }

    private bool TryShutDown()
    {
        _isFinished = true;
        try
        {
            lock (_reading)
            {
                // The stream below writes at once, so this has ended when it returns.
                _tls.ShutdownAsync().GetAwaiter().GetResult();
            }

            return true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            // The peer has refused this side, or the system has an error.
            SendError = _raw.WriteError;
            return false;
        }
    }

    // After an alert of the peer, the stream shows the errors of the library below it as they are.
    private static bool IsFailure(Exception e) => e is IOException or InvalidOperationException or AuthenticationException or CryptographicException;
}
