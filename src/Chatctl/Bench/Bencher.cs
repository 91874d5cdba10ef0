using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Bench;

/// <summary>Runs the load against one relay after the other, each on its core, and gathers the figures.</summary>
/// <param name="options">The load.</param>
/// <param name="cores">Who runs where.</param>
/// <param name="interruption">Ends it.</param>
internal sealed class Bencher(BenchOptions options, Cores cores, Interruption interruption)
{
    /// <summary>Told now and then which relay it is at, and what part of its time is over.</summary>
    public Action<string, double> Progress { get; set; } = (_, _) => { };

    /// <summary>Measures a transport, in a server of its own.</summary>
    public Figures RunTransport(string transport, string? plugins)
    {
        cores.BeServer();
        using var server = ServerProcess.Start(transport, options.Echo, plugins);
        cores.BeGenerator();
        return Run(transport, server.Endpoint, server.Meter);
    }

    /// <summary>Measures the generator.</summary>
    public Figures RunNullRelay()
    {
        cores.BeServer();
        using var relay = new NullRelay(options);
        cores.BeGenerator();
        return Run("null", relay.Endpoint, null);
    }

    /// <summary>Measures a relay that somebody else has started.</summary>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="process">Its process; null if that is not known.</param>
    public Figures RunRelay(Endpoint endpoint, int? process)
    {
        using ProcessMeter? meter = process is { } id ? ProcessMeter.Find(id) : null;
        if (endpoint is TcpEndpoint tcp && !tcp.Resolve().OfType<System.Net.IPEndPoint>().All(address => System.Net.IPAddress.IsLoopback(address.Address)))
        {
            StandardStreams.Diagnose($"warning: {endpoint} is not this machine: this is load on a network and on a server that should be yours");
        }

        return Run(endpoint.ToString(), endpoint, meter);
    }

    private Figures Run(string name, Endpoint endpoint, ProcessMeter? meter)
    {
        Progress(name, 0);
        Figures figures = new LoadRun(options, interruption, part => Progress(name, part)).Run(name, endpoint, meter);
        Progress(name, 1);
        return figures;
    }
}
