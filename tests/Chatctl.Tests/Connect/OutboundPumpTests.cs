using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using Chatctl.Connect;

namespace Chatctl.Tests.Connect;

/// <summary>The sending side of connect, between two connections.</summary>
public sealed class OutboundPumpTests
{
    [Fact]
    public async Task A_connection_that_comes_after_the_input_has_ended_without_a_byte_is_ended()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var input = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, input.ClientSafePipeHandle);
        var pump = new OutboundPump(
            new LocalStreams(reader, Stream.Null, WatchedDescriptor: -1, IsConversation: false),
            new ClientOptions { Prints = false, RetryFor = Timeout.InfiniteTimeSpan },
            new Outbox((byte)'\n', keepsLine: true));
        using (Connection lost = Connect(listener))
        {
            pump.Attach(lost);
            pump.Detach(lost);
        }

        input.Dispose();
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        while (!pump.IsOver)
        {
            await Task.Delay(1, patience.Token);
        }

        using Connection next = Connect(listener);
        pump.Attach(next);
        Assert.Equal(0, await next.Wire.Socket.ReceiveAsync(new byte[1]).Guard());
    }

    private static Connection Connect(TcpListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndpoint);
        return new Connection(new PlainWire(socket), Watchdog.Patience);
    }
}
