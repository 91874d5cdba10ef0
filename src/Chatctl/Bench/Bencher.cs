using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Bench;

/// <summary>Runs the load against one relay and returns its figures. The relay and the load each run on their own core.</summary>
/// <param name="options">The load.</param>
/// <param name="cores">The cores for the relay and for the load.</param>
/// <param name="interruption">Ends the run.</param>
internal sealed class Bencher(BenchOptions options, Cores cores, Interruption interruption)
{
    /// <summary>Called now and then with the relay that is being measured, and the part of its time that is over.</summary>
    public Action<string, double> Progress { get; set; } = (_, _) => { };

    /// <summary>Measures a transport in a server that this method starts.</summary>
    public Figures RunTransport(string transport, string? plugins)
    {
        cores.BeServer();
        using var server = ServerProcess.Start(transport, options, plugins);
        cores.BeGenerator();
        return Run(transport, server.Endpoint, server.Meter);
    }

    /// <summary>Measures the generator itself.</summary>
    public Figures RunNullRelay()
    {
        cores.BeServer();
        using var relay = new NullRelay(options);
        cores.BeGenerator();
        return Run("null", relay.Endpoint, null);
    }

    /// <summary>Measures a relay that is already running.</summary>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="process">Its process. Null if it is not known.</param>
    public Figures RunRelay(Endpoint endpoint, int? process)
    {
        using ProcessMeter? meter = process is { } id ? ProcessMeter.Find(id) : null;
        if (endpoint is TcpEndpoint tcp && !tcp.Resolve().OfType<System.Net.IPEndPoint>().All(address => System.Net.IPAddress.IsLoopback(address.Address)))
        {
            StandardStreams.Diagnose($"warning: {endpoint} is not on this machine: bench puts load on a network and on a server, which should both be yours");
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
