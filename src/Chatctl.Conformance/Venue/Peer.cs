using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Chatctl.Conformance.Venue;

// The namespace of the facts: to them, this is the peer, and not the contract's.
namespace Chatctl.Conformance;

/// <summary>The options of a peer.</summary>
/// <param name="HasResets">Whether a connection that is cut off ends with a reset.</param>
/// <param name="TlsVersions">What to speak if it speaks TLS.</param>
/// <param name="IsSlow">Whether to have a small receive buffer, so that lines collect at the server.</param>
/// <param name="SpeaksTls">Whether to speak TLS.</param>
internal sealed record PeerOptions(bool HasResets, SslProtocols TlsVersions, bool IsSlow = false, bool SpeaksTls = false);

/// <summary>A client that does exactly what the fact says.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Socket _socket;
    private readonly PeerOptions _options;
    private Line _line;
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _read;
    private int _filled;
    private SocketException? _cutOff;
    private bool _isReset;

    private Peer(Socket socket, PeerOptions options)
    {
        _socket = socket;
        _line = new Line(socket);
        _options = options;
    }

    public static async Task<Peer> ConnectAsync(EndPoint endpoint, PeerOptions options)
    {
        Socket socket = Sockets.For(endpoint);
        var peer = new Peer(socket, options with { HasResets = options.HasResets && endpoint is IPEndPoint });
        if (options.IsSlow)
        {
            // Before it connects, because connecting fixes the TCP window.
            socket.ReceiveBufferSize = 8 << 10;
        }

        if (endpoint is IPEndPoint)
        {
            socket.NoDelay = true;
        }

        try
        {
            await socket.ConnectAsync(endpoint).Guard();
            if (options.SpeaksTls)
            {
                peer._line = await TlsLine.OpenAsync(socket, options.TlsVersions);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown)
        {
            // The server has cut off the peer already. The next read reports it, as if it had happened a moment later.
            peer._cutOff = e;
        }

        return peer;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _line.SendAsync(bytes).Guard()..];
        }
    }

    /// <summary>Reads as many bytes as expected, and shows that they are the expected ones.</summary>
    public async Task HearsAsync(string expected) => Assert.Equal(expected, Encoding.Latin1.GetString(await ReadAsync(expected.Length)));

    /// <inheritdoc cref="HearsAsync(string)"/>
    public async Task HearsAsync(byte[] expected)
    {
        byte[] heard = await ReadAsync(expected.Length);
        int same = expected.AsSpan().CommonPrefixLength(heard);
        Assert.True(same == expected.Length, $"of {expected.Length} bytes those from {same} are not the ones expected");
    }

    /// <summary>Shows that neither bytes nor the end arrive.</summary>
    public async Task HearsNothingAsync()
    {
        Assert.Equal(_filled, _read);
        using var moment = new CancellationTokenSource(Watchdog.Moment);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _line.ReceiveAsync(_buffer, moment.Token));
    }

    /// <summary>Reads a line, with its LF.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            int end = _buffer.AsSpan(_read.._filled).IndexOf((byte)'\n') + 1;
            int length = end > 0 ? end : _filled - _read;
            line.Append(Encoding.Latin1.GetString(_buffer, _read, length));
            _read += length;
            if (end > 0)
            {
                return line.ToString();
            }

            Assert.True(await FillAsync(), $"the server ended the connection after \"{line}\"");
        }
    }

    /// <summary>Reads to the end and shows that it is a FIN.</summary>
    public async Task<string> ReadToFinAsync()
    {
        using var heard = new MemoryStream();
        Assert.True(await ReadToEndAsync(heard), $"cut off after {heard.Length} bytes, instead of finished");
        return Encoding.Latin1.GetString(heard.ToArray());
    }

    /// <summary>Reads to the end and shows that it is not a reset: a FIN, with TLS also one alone.</summary>
    public async Task<string> ReadToDeathAsync()
    {
        using var heard = new MemoryStream();
        Assert.True(await ReadToEndAsync(heard) || _line.HasEndedAsAtDeath, $"reset after {heard.Length} bytes");
        return Encoding.Latin1.GetString(heard.ToArray());
    }

    /// <summary>Reads to the end and shows that it is a reset, if the transport has resets.</summary>
    public async Task<string> ReadToCutOffAsync()
    {
        using var heard = new MemoryStream();
        bool finished = await ReadToEndAsync(heard);
        Assert.False(finished && _options.HasResets, $"finished after {heard.Length} bytes, instead of cut off with a reset");
        return Encoding.Latin1.GetString(heard.ToArray());
    }

    /// <summary>Reads to the end, of either kind.</summary>
    /// <param name="heard">Gets the bytes before the end.</param>
    /// <returns>Whether the end was a FIN. False also if this side has closed in the meantime.</returns>
    public async Task<bool> ReadToEndAsync(Stream heard)
    {
        try
        {
            do
            {
                heard.Write(_buffer, _read, _filled - _read);
            }
            while (await FillAsync());
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The peer's own address. It identifies the server's end of the connection.</summary>
    public EndPoint Address => _socket.LocalEndPoint!;

    /// <summary>Half-closes: sends a FIN, or with TLS what stands for it, and still receives.</summary>
    public void HalfClose() => _line.HalfClose();

    /// <summary>Ends the connection with a reset, if there are resets.</summary>
    public void Reset()
    {
        _isReset = true;
        if (_socket.ProtocolType == ProtocolType.Tcp)
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        _socket.Dispose();
    }

    public void Dispose()
    {
        if (!_isReset)
        {
            _line.BeforeClose();
        }

        _socket.Dispose();
        _line.Dispose();
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            if (_read == _filled)
            {
                Assert.True(await FillAsync(), $"the server ended the connection after {done} bytes of {count}: \"{Encoding.Latin1.GetString(bytes, 0, Math.Min(done, 200))}\"");
            }

            int step = Math.Min(_filled - _read, count - done);
            _buffer.AsSpan(_read, step).CopyTo(bytes.AsSpan(done));
            _read += step;
            done += step;
        }

        return bytes;
    }

    private async Task<bool> FillAsync()
    {
        if (_cutOff is not null)
        {
            throw _cutOff;
        }

        _read = _filled = 0;
        _filled = await _line.ReceiveAsync(_buffer).Guard();
        return _filled > 0;
    }
}
