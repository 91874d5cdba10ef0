using System.Diagnostics;
using Chatctl.Cli;
using Chatctl.Endpoints;

namespace Chatctl.Bench;

/// <summary>
/// <c>chatctl serve</c> in a separate process, on a free port of this machine. Disposing this object ends it. If this process is killed, its end
/// of the server's standard input closes, and the server ends too.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    // As much as may be on its way to a session when its connection is reset, so that its resume finds all of it.
    private const string History = "64m";

    private readonly Process _process;

    private ServerProcess(Process process, Endpoint endpoint) => (_process, Endpoint) = (process, endpoint);

    /// <summary>The address that it listens on.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Reads how much CPU time and memory it uses.</summary>
    public ProcessMeter Meter => new(_process);

    /// <summary>Starts a server and waits until it accepts connections. It runs on the cores that this thread may use.</summary>
    /// <param name="transport">Its transport.</param>
    /// <param name="load">The load that it is for.</param>
    /// <param name="plugins">Another folder with transports; null if there is none.</param>
    /// <exception cref="ConnectionException">It did not start. The server itself wrote the reason to standard error.</exception>
    public static ServerProcess Start(string transport, BenchOptions load, string? plugins)
    {
        string self = Environment.ProcessPath!;

        // An installed tool has its own executable. A tool that was only built may have been started by dotnet.
        string[] tool = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        string[] arguments =
        [
            .. tool, "serve", "--until-eof", "--quiet", "--transport", transport, .. load.Echo ? ["--echo"] : Array.Empty<string>(),
            .. load.Resets > 0 ? ["--history", History] : Array.Empty<string>(),
            .. plugins is null ? Array.Empty<string>() : ["--plugins", plugins], "127.0.0.1:0",
        ];
        var start = new ProcessStartInfo(self, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // The rules of another server name none of the members of a run, and its journal must not get their lines.
        start.Environment.Remove("CHATCTL_AUTH");
        start.Environment.Remove("CHATCTL_JOURNAL");
        Process process = Process.Start(start)!;
        string? url = process.StandardOutput.ReadLine();
        if (url is null)
        {
            process.WaitForExit();
            int code = process.ExitCode;
            process.Dispose();
            throw new ConnectionException($"the server for '{transport}' did not start: exit code {code}");
        }

        return new ServerProcess(process, EndpointSyntax.Parse(url));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The run is over, so there is nothing left to deliver: the server need not drain.
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
