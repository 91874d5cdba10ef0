namespace Chatctl.Tests.Serve;

/// <summary>Clients that are gone and never sent a byte. At first they look like clients that only listen.</summary>
public sealed class VanishingTests
{
    [Theory]
    [InlineData("select", "tcp")]
    [InlineData("select", "unix")]
    [InlineData("async", "tcp")]
    [InlineData("async", "unix")]
    [InlineData("saea", "tcp")]
    [InlineData("saea", "unix")]
    public async Task They_leave_although_no_client_speaks_and_a_listener_stays(string transport, string scheme)
    {
        const int Probes = 200;
        using var folder = new TemporaryFolder();
        using Server server = await Server.StartAsync(
            1, Server.Run("-t", transport, "--keepalive", "1s", scheme == "tcp" ? "127.0.0.1:0" : $"unix:{folder["room"]}"));
        using Peer listener = await server.JoinAsync();
        listener.Finish();
        for (int i = 0; i < Probes; i++)
        {
            Peer probe = await server.JoinAsync();
            probe.Vanish();
        }

        await server.Process.ErrorLineAsync(" left", Probes);
        using Peer speaker = await server.JoinAsync();
        await speaker.SendAsync("still there?\n");
        Assert.Equal("still there?\n", await listener.ReadAsync(13));
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task Without_keepalive_the_server_does_not_ask_them(string transport)
    {
        using Server server = await Server.StartAsync("-t", transport, "--keepalive", "off");
        using Peer probe = await server.JoinAsync();
        probe.Vanish();
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.DoesNotContain(" left", await KilledAsync(server), StringComparison.Ordinal);
    }

    private static async Task<string> KilledAsync(Server server)
    {
        server.Process.Signal("KILL");
        return (await server.Process.FinishAsync()).Error;
    }
}
