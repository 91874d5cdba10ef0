using System.Net;
using System.Net.Sockets;
using Chatctl.Endpoints;

namespace Chatctl.Tests.Chaos;

/// <summary>A bad network between clients and a server, over TCP. Each direction of each connection has random numbers of its own, all from one seed.</summary>
internal sealed class ChaosProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _disposed = new();
    private readonly EndPoint _server;
    private readonly Faults _faults;
    private readonly int _seed;

    /// <summary>Opens it on a free port.</summary>
    /// <param name="url">The URL that the server announced.</param>
    /// <param name="faults">What goes wrong on the way.</param>
    /// <param name="seed">The same seed gives the same random numbers.</param>
    public ChaosProxy(string url, Faults faults, int seed)
    {
        _server = EndpointSyntax.Parse(url).Resolve()[0];
        _faults = faults;
        _seed = seed;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Url = Endpoint.ToUrl(_listener.LocalEndPoint!);
        _ = AcceptAsync();
    }

    /// <summary>The address that clients connect to instead of the server's.</summary>
    public string Url { get; }

    public void Dispose()
    {
        _disposed.Cancel();
        _listener.Dispose();
        _disposed.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken disposed = _disposed.Token;
        try
        {
            for (int number = 0; ; number++)
            {
                _ = CarryAsync(await _listener.AcceptAsync(disposed), number, disposed);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket client, int number, CancellationToken disposed)
    {
        using var server = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                client.NoDelay = server.NoDelay = true;
                await server.ConnectAsync(_server, disposed);
                await Task.WhenAll(
                    PumpAsync(client, server, new Random((_seed * 2000) + (number * 2)), _faults.ResetAfter, disposed),
                    PumpAsync(server, client, new Random((_seed * 2000) + (number * 2) + 1), null, disposed));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One end was reset, by its peer or by a pump. So the other end is reset too.
                Reset(client);
                Reset(server);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Random random, int? resetAfter, CancellationToken disposed)
    {
        byte[] buffer = new byte[Math.Min(_faults.LargestPiece, resetAfter ?? int.MaxValue)];
        for (int passed = 0; ;)
        {
            int count = await from.ReceiveAsync(buffer.AsMemory(0, random.Next(1, buffer.Length + 1)), disposed);
            if (_faults.SilentAfter <= passed)
            {
                await Task.Delay(Timeout.Infinite, disposed);
            }

            await Task.Delay(_faults.Latency * random.NextDouble(), disposed);
            if (count == 0)
            {
                await Task.Delay(_faults.FinDelay, disposed);
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            count = Math.Min(count, (resetAfter ?? int.MaxValue) - passed);
            await to.SendAsync(buffer.AsMemory(0, count), disposed);
            passed += count;
            if (passed == resetAfter)
            {
                Reset(from);
                Reset(to);
                return;
            }

            if (_faults.BytesPerSecond > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)count / _faults.BytesPerSecond), disposed);
            }
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended before.
        }

        socket.Dispose();
    }
}
