using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Chatctl.Conformance.Venue;

/// <summary>A peer's connection with TLS. Its end is a finish only if the server says so with an alert (close_notify) before its FIN.</summary>
internal sealed class TlsLine : Line
{
    private readonly Wire _wire;
    private readonly SslStream _tls;
    private bool _hasHalfClosed;

    private TlsLine(Socket socket)
        : base(socket)
    {
        _wire = new Wire(socket);
        _tls = new SslStream(_wire, leaveInnerStreamOpen: true);
    }

    /// <inheritdoc/>
    public override bool HasEndedAsAtDeath => _wire.HasEnded && !_wire.HasFailed;

    /// <summary>Does the handshake.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="versions">The versions of TLS.</param>
    /// <exception cref="SocketException">The server has ended the connection.</exception>
    public static async Task<TlsLine> OpenAsync(Socket socket, SslProtocols versions)
    {
        var line = new TlsLine(socket);
        await AsOfSocketAsync(async () =>
        {
            await line._tls.AuthenticateAsClientAsync(KitCertificate.ForPeers(versions)).Guard();
            line._wire.EndDecrypting();
            return 0;
        });
        return line;
    }

    /// <inheritdoc/>
    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => AsOfSocketAsync(async () =>
    {
        await _tls.WriteAsync(bytes);
        return bytes.Length;
    });

    /// <inheritdoc/>
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => AsOfSocketAsync(async () =>
    {
        int count;
        try
        {
            count = await _tls.ReadAsync(buffer, cancellationToken);
        }
        finally
        {
            _wire.EndDecrypting();
        }

        return count == 0 && _wire.HasEnded ? throw new IOException("a FIN without close_notify") : count;
    });

    /// <inheritdoc/>
    public override void HalfClose()
    {
        // The library must not decrypt meanwhile.
        _wire.Decrypting.Wait(Watchdog.Patience);
        try
        {
            _hasHalfClosed = true;
            Assert.True(_tls.ShutdownAsync().Wait(Watchdog.Patience));
        }
        finally
        {
            _wire.Decrypting.Release();
        }
    }

    /// <inheritdoc/>
    public override void BeforeClose()
    {
        try
        {
            if (!_hasHalfClosed && _tls.IsAuthenticated)
            {
                HalfClose();
            }
        }
        catch (Exception e) when (e is AggregateException or IOException or InvalidOperationException)
        {
            // The connection has ended before.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _tls.Dispose();
        _wire.Dispose();
        base.Dispose();
    }

    /// <summary>The facts know the failures of sockets.</summary>
    private static async ValueTask<int> AsOfSocketAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            throw e.InnerException as SocketException ?? new SocketException((int)SocketError.ConnectionAborted, e.Message);
        }
    }

    /// <summary>The socket under the TLS. It notes the FIN, and when the library decrypts.</summary>
    private sealed class Wire(Socket socket) : NetworkStream(socket, ownsSocket: false)
    {
        private bool _isDecrypting;

        public SemaphoreSlim Decrypting { get; } = new(1);

        public bool HasEnded { get; private set; }

        public bool HasFailed { get; private set; }

        public void EndDecrypting()
        {
            if (_isDecrypting)
            {
                _isDecrypting = false;
                Decrypting.Release();
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            EndDecrypting();
            try
            {
                int count = await base.ReadAsync(buffer, cancellationToken);
                HasEnded |= count == 0 && !buffer.IsEmpty;
                await Decrypting.WaitAsync(CancellationToken.None);
                _isDecrypting = true;
                return count;
            }
            catch (IOException)
            {
                HasFailed = true;
                throw;
            }
        }
    }
}
