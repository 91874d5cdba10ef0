using System.Net;
using System.Net.Sockets;
using Chatctl.Cli;

namespace Chatctl.Demo;

/// <summary>A bare TCP socket that knows nothing of chatctl, as <c>nc</c> has it.</summary>
/// <param name="name">What the report calls it.</param>
/// <param name="lines">What it sends.</param>
/// <param name="pause">How long it waits between two lines.</param>
internal sealed class SocketMember(string name, IReadOnlyList<string> lines, TimeSpan pause) : DemoMember(name, lines, pause)
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <inheritdoc/>
    public override void EndInput()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The connection has failed. The receiving side reports it.
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _socket.Dispose();

    /// <inheritdoc/>
    protected override void Connect(IPEndPoint room)
    {
        try
        {
            _socket.Connect(room);
        }
        catch (SocketException e)
        {
            throw new ConnectionException($"cannot connect to {room}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    protected override string? Receive(IPEndPoint room)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (_socket.Receive(buffer) is > 0 and var count)
            {
                Received.Write(buffer, 0, count);
            }

            return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return e.Message;
        }
    }

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            while (line.Length > 0)
            {
                line = line[_socket.Send(line)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(e.Message, e);
        }
    }
}
