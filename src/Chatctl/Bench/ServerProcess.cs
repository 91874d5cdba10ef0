using System.Diagnostics;
using Chatctl.Cli;
using Chatctl.Endpoints;

namespace Chatctl.Bench;

/// <summary>
/// <c>chatctl serve</c> in a process of its own, on a free port of this machine. It ends with this object, and if this process is killed, with
/// the other end of its standard input.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Endpoint endpoint) => (_process, Endpoint) = (process, endpoint);

    /// <summary>Where it listens.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>What it uses.</summary>
    public ProcessMeter Meter => new(_process);

    /// <summary>Starts one and waits until it accepts. It runs on the cores that this thread may run on.</summary>
    /// <param name="transport">Its transport.</param>
    /// <param name="echo">Whether it sends lines to their sender too.</param>
    /// <param name="plugins">Where else transports are; null if nowhere.</param>
    /// <exception cref="ConnectionException">It did not start. It has said why on standard error.</exception>
    public static ServerProcess Start(string transport, bool echo, string? plugins)
    {
        string self = Environment.ProcessPath!;

        // An installed tool is started by a program of its own, a built one may be by dotnet.
        string[] tool = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        string[] arguments =
        [
            .. tool, "serve", "--until-eof", "--quiet", "--transport", transport, .. echo ? ["--echo"] : Array.Empty<string>(),
            .. plugins is null ? Array.Empty<string>() : ["--plugins", plugins], "127.0.0.1:0",
        ];
        Process process = Process.Start(new ProcessStartInfo(self, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string? url = process.StandardOutput.ReadLine();
        if (url is null)
        {
            process.WaitForExit();
            int code = process.ExitCode;
            process.Dispose();
            throw new ConnectionException($"the server for '{transport}' has not started: exit code {code}");
        }

        return new ServerProcess(process, EndpointSyntax.Parse(url));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Its members are gone or do not matter any more: there is nothing to deliver to anybody.
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
