using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Connect;
using Chatctl.Endpoints;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<ConnectVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl connect</c>: joins a room from a terminal or a pipeline.</summary>
internal sealed class ConnectVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "connect";

    /// <inheritdoc/>
    public override string Summary => "Join a room: send standard input, print what arrives.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl connect                                                 # talk in the room on localhost:9000
          tail -F app.log | chatctl connect ops 9000 --send-only          # feed a room
          chatctl connect ops:9000 </dev/null | grep --line-buffered ERROR  # only listen
          seq 100 | chatctl connect ops 9000 && echo all of it arrived    # exit code 0: nothing was lost
          printf 'ping\n' | chatctl connect ops 9000 -q 2s -n 1           # ask, and wait for one line
          line=$(chatctl connect unix:/run/ops.sock --recv-only -n 1 --timeout 10s)
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        CommandArgument endpoints = command.Argument(
            "endpoint", $"Where the room is: {EndpointSyntax.Forms}. Default: {Endpoint.DefaultHost}:{Endpoint.DefaultPort}.", multipleValues: true);
        Switch receiveOnly = command.Switch("--recv-only", "Leave standard input alone.");
        Switch sendOnly = command.Switch("--send-only", "Print nothing of what arrives.");
        Setting<long> count = command.Setting("-n|--count <N>", "End after N lines have arrived.", ValueSyntax.Count, long.MaxValue);
        Setting<TimeSpan> linger = command.Setting(
            "-q|--linger <T>", "After the end of input, wait so long for answers before ending. Default: 0.", ValueSyntax.Duration, TimeSpan.Zero);
        Setting<TimeSpan> drainTimeout = command.Setting(
            "--drain-timeout <T>",
            "How long the server may be silent before it confirms the end of input. Default: 5s.",
            ValueSyntax.Duration,
            TimeSpan.FromSeconds(5));
        Setting<TimeSpan> connectTimeout = command.Setting(
            "-w|--connect-timeout <T>",
            "How long to try each address. Default: as long as the system does.",
            ValueSyntax.Duration,
            Timeout.InfiniteTimeSpan);
        Setting<TimeSpan> timeout = command.Setting(
            "--timeout <T>", "End after this time whatever happens, with exit code 124.", ValueSyntax.Duration, Timeout.InfiniteTimeSpan);
        Switch verbose = command.Switch("-v|--verbose", "Say what happens on standard error.");
        return () =>
        {
            if (receiveOnly.IsOn && sendOnly.IsOn)
            {
                throw new UsageException("--recv-only and --send-only exclude each other");
            }

            IReadOnlyList<Endpoint> targets = EndpointSyntax.ParseAll(endpoints.Values);
            if (targets.Count > 1)
            {
                throw new UsageException($"one endpoint to connect to, not {targets.Count}: {string.Join(", ", targets)}");
            }

            var options = new SessionOptions(!receiveOnly.IsOn, !sendOnly.IsOn, count.Value, linger.Value, drainTimeout.Value);
            TimeSpan patience = connectTimeout.Value;
            bool isVerbose = verbose.IsOn;
            TimeLimit.Start(timeout.Value);
            using Socket socket = Dialer.Dial(targets[0], patience);
            if (isVerbose)
            {
                StandardStreams.Diagnose($"connected to {Endpoint.ToUrl(socket.RemoteEndPoint!)}");
            }

            return new Session(socket, targets[0], options).Run();
        };
    }
}
