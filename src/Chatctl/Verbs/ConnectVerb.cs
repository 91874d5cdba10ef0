using System.Text;
using Chatctl.Cli;
using Chatctl.Connect;
using Chatctl.Endpoints;
using Chatctl.Terminal;
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
          tail -F app.log | chatctl connect ops 9000 --send-only --retry  # feed a room, whatever happens to it
          chatctl connect ops:9000 </dev/null | grep --line-buffered ERROR  # only listen; every line is written at once
          seq 100 | chatctl connect ops 9000 && echo all of it arrived    # exit code 0: nothing was lost
          chatctl connect ops 9000 -m ping -q 2s -n 1                     # ask, and wait for one line
          line=$(chatctl connect unix:/run/ops.sock --recv-only -n 1 --timeout 10s)
          chatctl connect ops 9000 --recv-only --json | jq -r .text       # each line with the time it came
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        CommandArgument endpoints = command.Argument(
            "endpoint", $"Where the room is: {EndpointSyntax.Forms}. Default: {Endpoint.DefaultHost}:{Endpoint.DefaultPort}.", multipleValues: true);
        Switch receiveOnly = command.Switch("--recv-only", "Leave standard input alone.");
        Switch sendOnly = command.Switch("--send-only", "Print nothing of what arrives.");
        Setting<string?> message = command.Setting("-m|--message <TEXT>", "Send this line instead of standard input.", ValueSyntax.AnyText, null);
        Setting<long?> count = command.Setting("-n|--count <N>", "End after N lines have arrived.", ValueSyntax.Count.OrNone(), null);
        Switch crlf = command.Switch("-C|--crlf", "Send lines that end in CR LF. What arrives is left as it is.");
        Switch nul = command.Switch("-0|--null", "Lines end in NUL, as with xargs -0, in both directions.");
        Switch timestamps = command.Switch("--timestamps", "Print the time before each line.");
        Switch json = command.Switch("--json", "Print an object for each line: time, and text, or base64 if it is not UTF-8.");
        Setting<string?> tee = command.Setting("--tee <FILE>", "Append what arrives to a file too, as it came.", ValueSyntax.File, null);
        Setting<TimeSpan?> retry = command.Setting(
            "--retry[=<T>]",
            "Connect again when there is no connection, and give up after being without one that lets anything through for T. Default: never; without the option: at once.",
            ValueSyntax.Patience,
            null,
            Timeout.InfiniteTimeSpan);
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
        Switch plain = command.Switch("--plain", "On a terminal, no line editor and no escape sequences.");
        Switch verbose = command.Switch("-v|--verbose", "Say what happens on standard error.");
        return () =>
        {
            Setting.Exclude(receiveOnly, sendOnly);
            Setting.Exclude(receiveOnly, message);
            Setting.Exclude(sendOnly, count);
            Setting.Exclude(sendOnly, timestamps);
            Setting.Exclude(sendOnly, json);
            Setting.Exclude(sendOnly, tee);
            Setting.Exclude(json, timestamps);
            Setting.Exclude(nul, crlf);
            TimeSpan? retryFor = retry.Value;
            List<string> words = [.. endpoints.Values];
            TimeSpan limit = default;
            if (retry.IsBare && words.FindIndex(word => word is [.., var last] && char.IsLetter(last) && ValueSyntax.Duration.TryParse(word, out limit)) is >= 0 and var at)
            {
                // The parser takes a value that may be left out only behind '='; nobody means an endpoint by '--retry 5m'.
                retryFor = limit;
                words.RemoveAt(at);
            }

            IReadOnlyList<Endpoint> targets = EndpointSyntax.ParseAll(words);
            if (targets.Count > 1)
            {
                throw new UsageException($"one endpoint to connect to, not {targets.Count}: {string.Join(", ", targets)}");
            }

            var options = new SessionOptions
            {
                Sends = !receiveOnly.IsOn,
                Prints = !sendOnly.IsOn,
                Count = count.Value,
                Terminator = nul.IsOn ? (byte)0 : (byte)'\n',
                Crlf = crlf.IsOn,
                Linger = linger.Value,
                DrainTimeout = drainTimeout.Value,
                ConnectTimeout = connectTimeout.Value,
                RetryFor = retryFor,
                IsVerbose = verbose.IsOn,
            };
            TimeLimit.Start(timeout.Value);
            using var side = LocalSide.Open(options, plain.IsOn || message.Value is not null);
            LocalStreams local = side.Streams;
            if (message.Value is { } text)
            {
                local = local with { Input = OneLine(text, options.Terminator), IsConversation = false, IsGiven = true };
            }

            if (json.IsOn)
            {
                local = local.AsJson(options.Terminator);
            }

            if (timestamps.IsOn)
            {
                local = local.WithTimestamps(options.Terminator);
            }

            if (tee.Value is { } file)
            {
                local = local.WithTee(file);
            }

            return new Session(targets[0], local, options).Run();
        };
    }

    private static MemoryStream OneLine(string text, byte terminator) => new([.. Encoding.UTF8.GetBytes(text), terminator]);
}
