using System.Text;
using Chatctl.Certificates;
using Chatctl.Cli;
using Chatctl.Connect;
using Chatctl.Connect.Sessions;
using Chatctl.Connect.Tls;
using Chatctl.Endpoints;
using Chatctl.Io;
using Chatctl.Terminal;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<ConnectVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl connect</c>: joins a room, from a terminal or a pipeline.</summary>
internal sealed class ConnectVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "connect";

    /// <inheritdoc/>
    public override string Summary => "Join a room: send standard input, print what arrives.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl connect                                                 # talk in the room on localhost:9000
          tail -F app.log | chatctl connect ops 9000 --send-only --retry  # send a log, and come back after every failure
          chatctl connect ops:9000 </dev/null | grep --line-buffered ERROR  # only listen; every line is written at once
          seq 100 | chatctl connect ops 9000 && echo all of it arrived    # exit code 0: nothing was lost
          chatctl connect ops 9000 -m "backup done"                       # send one line and print nothing
          chatctl connect ops 9000 -m ping -q 2s -n 1                     # ask, and wait for one line
          line=$(chatctl connect unix:/run/ops.sock --recv-only -n 1 --timeout 10s)
          chatctl connect ops 9000 --recv-only --json | jq -r .text       # each line with the time it came
          chatctl connect ops 9000 -N ann                                 # talk under a name
          chatctl connect ops 9000 --recv-only --since 10m --retry        # what was said lately and what comes, without a gap
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        CommandArgument endpoints = command.Argument(
            "endpoint", $"Where the room is: {EndpointSyntax.Forms}. Default: {Endpoint.DefaultHost}:{Endpoint.DefaultPort}.", multipleValues: true);
        Switch receiveOnly = command.Switch("--recv-only", "Only print what arrives. Do not read standard input.");
        Switch sendOnly = command.Switch("--send-only", "Only send. Do not print what arrives.");
        Setting<string?> name = command.Setting(
            "-N|--name <NAME>",
            "Open a session with this name: others in sessions see it. If it is taken, a number is added. Default: no session, or guest if another option opens one.",
            SessionSyntax.Name,
            null);
        Setting<string?> since = command.Setting(
            "--since <WHEN>",
            "Open a session and first print what was said before: after a position, the last N lines, the lines of the last 10m, or all that the server keeps.",
            SessionSyntax.When,
            null);
        Setting<string?> position = command.Setting(
            "--position <FILE>",
            "Open a session and keep in this file how far the output has got. The next run goes on from there; without the file, from --since or from now.",
            ValueSyntax.File,
            null);
        Setting<string?> tokenFile = command.Setting(
            "--token-file <FILE>",
            $"Open a session and show the server the token in this file, which only you can read. {Token.Variable} may hold the token instead.",
            ValueSyntax.File,
            null);
        Setting<string?> message = command.Setting(
            "-m|--message <TEXT>",
            "Send this line instead of standard input. Print nothing, unless --recv, --count, --linger, --json, --timestamps, --tee, --since or --position is given too.",
            ValueSyntax.AnyText,
            null);
        Switch receive = command.Switch("--recv", "Print what arrives, with --message too.");
        Setting<long?> count = command.Setting("-n|--count <N>", "End after N lines have arrived.", ValueSyntax.Count.OrNone(), null);
        Switch crlf = command.Switch("-C|--crlf", "Send lines that end in CR LF. Do not change what arrives.");
        Switch nul = command.Switch("-0|--null", "Lines end in NUL, as with xargs -0, in both directions.");
        Switch timestamps = command.Switch("--timestamps", "Print the time before each line: when it came, or in a session when the server got it.");
        Switch json = command.Switch("--json", "Print an object for each line: time, and text, or base64 if it is not UTF-8. In a session: the server's objects, of events too.");
        Setting<string?> tee = command.Setting("--tee <FILE>", "Append what arrives to a file too, as it came.", ValueSyntax.File, null);
        Setting<TimeSpan?> retry = command.Setting(
            "--retry[=<TIME>]",
            "When there is no connection, try again. Give up after TIME without a connection that lets a line through. Default for TIME: never give up. "
                + "Without this option: give up at once.",
            ValueSyntax.Patience,
            null,
            Timeout.InfiniteTimeSpan);
        Setting<TimeSpan> linger = command.Setting(
            "-q|--linger <TIME>", "After the end of input, wait this long for answers before ending. Default: 0.", ValueSyntax.Duration, TimeSpan.Zero);
        Setting<TimeSpan> drainTimeout = command.Setting(
            "--drain-timeout <TIME>",
            "How long the server may be silent before it confirms the end of input. Default: 5s.",
            ValueSyntax.Duration,
            TimeSpan.FromSeconds(5));
        Setting<TimeSpan> connectTimeout = command.Setting(
            "-w|--connect-timeout <TIME>",
            "How long to try each address. Default: as long as the system does, and 10s for the handshake of TLS.",
            ValueSyntax.Duration,
            Timeout.InfiniteTimeSpan);
        Setting<TimeSpan> timeout = command.Setting(
            "--timeout <TIME>", "End after this time in any case, with exit code 124.", ValueSyntax.Duration, Timeout.InfiniteTimeSpan);
        Setting<string?> ca = command.Setting(
            "--ca <FILE>", "With tls://: trust only servers whose certificate is from an authority in this file (PEM). Default: those that the system trusts.", ValueSyntax.File, null);
        SettingList<string> pins = command.SettingList(
            "--pin <PIN>", "With tls://: trust the server that has this key, and no other; sha256:BASE64, as 'chatctl cert pin FILE' prints it. May be given several times.", Pin.Syntax);
        Switch insecure = command.Switch("--insecure", "With tls://: trust any server. Anybody in between can then read and change everything.");
        Setting<string?> cert = command.Setting("--cert <FILE>", "With tls://: show the server this certificate (PEM, with the chain after it).", ValueSyntax.File, null);
        Setting<string?> key = command.Setting("--key <FILE>", "The private key of --cert (PEM). Default: it is in the file of --cert.", ValueSyntax.File, null);
        Setting<string?> leastTls = command.Setting(
            "--min-tls <VERSION>", "With tls://: the oldest version of TLS to accept. With 1.2, some servers confirm the end of input too early. Default: 1.3.", TlsSyntax.Version, TlsSyntax.Tls13);
        Switch plain = command.Switch("--plain", "On a terminal, use no line editor and no escape sequences.");
        Switch bell = command.Switch("--bell", "On a terminal, in a session: ring the bell when somebody says your name.");
        Switch quiet = command.Switch("--quiet", "On a terminal, do not say where it is connected and how to leave.");
        Switch verbose = command.Switch("-v|--verbose", "Report on standard error what happens.");
        return () =>
        {
            Setting.Exclude(receiveOnly, sendOnly);
            Setting.Exclude(receiveOnly, message);
            Setting.Exclude(sendOnly, receive);
            Setting.Exclude(sendOnly, count);
            Setting.Exclude(sendOnly, timestamps);
            Setting.Exclude(sendOnly, json);
            Setting.Exclude(sendOnly, tee);
            Setting.Exclude(sendOnly, since);
            Setting.Exclude(sendOnly, position);
            Setting.Exclude(json, timestamps);
            Setting.Exclude(nul, crlf);
            Setting.Exclude(ca, pins);
            Setting.Exclude(ca, insecure);
            Setting.Exclude(pins, insecure);
            TimeSpan? retryFor = retry.Value;
            List<string> words = [.. endpoints.Values];
            if (retry.IsBare && words.FindIndex(IsDuration) is >= 0 and var at)
            {
                // The parser takes an optional value only after '='. But nobody means an endpoint by the second word of '--retry 5m'.
                retryFor = DurationOf(words[at], retry.Name);
                words.RemoveAt(at);
            }

            IReadOnlyList<Endpoint> targets = EndpointSyntax.ParseAll(words);
            if (targets.Count > 1)
            {
                throw new UsageException($"one endpoint to connect to, not {targets.Count}: {string.Join(", ", targets)}");
            }

            // A user who asks for TLS must not get a connection without it.
            if (targets[0] is not TlsEndpoint)
            {
                Array.ForEach<Setting>([ca, pins, insecure, cert, key, leastTls], setting => setting.Refuse($"is for a tls:// endpoint, and {targets[0]} is none"));
            }

            var token = Token.Read(tokenFile);
            if (token is not null)
            {
                Token.CheckPlace(targets[0], isVerified: !insecure.IsOn);
            }

            // A message alone prints nothing: a scheduled job must not mail what the others in the room say meanwhile. The options that wait
            // for answers ask for output, and so does a form of output on the command line. In the environment, a form asks for nothing.
            bool wantsAnswers = receive.IsOn || count.IsGiven || linger.IsGiven || IsAskedFor(json) || IsAskedFor(timestamps) || tee.IsFlag
                || since.IsFlag || position.IsFlag;
            var options = new ClientOptions
            {
                Sends = !receiveOnly.IsOn,
                Prints = !sendOnly.IsOn && (message.Value is null || wantsAnswers),
                Count = count.Value,
                Terminator = nul.IsOn ? (byte)0 : (byte)'\n',
                Crlf = crlf.IsOn,
                Linger = linger.Value,
                DrainTimeout = drainTimeout.Value,
                ConnectTimeout = connectTimeout.Value,
                RetryFor = retryFor,
                IsVerbose = verbose.IsOn,
                Tls = targets[0] is TlsEndpoint ? TlsOptions.Of(ca.Value, pins.Values, insecure.IsOn, cert.Value, key.Value, leastTls.Value!) : null,
                Session = name.Value is null && since.Value is null && position.Value is null && token is null ? null : new SessionRequest
                {
                    Name = name.Value,
                    Since = since.Value,
                    Token = token,
                    PositionFile = position.Value is { } path ? PositionFile.Open(path) : null,
                    Form = json.IsOn ? LineForm.Json : timestamps.IsOn ? LineForm.Timestamped : LineForm.Text,
                    Tee = tee.Value,
                },
            };

            // Every value is read before anything is opened, so that a bad one leaves everything as it was.
            (bool isPlain, bool isQuiet, bool isJson, bool isTimed, string? file) = (plain.IsOn, quiet.IsOn, json.IsOn, timestamps.IsOn, tee.Value);
            TimeLimit.Start(timeout.Value);
            if (options.Tls is { IsInsecure: true })
            {
                StandardStreams.Diagnose($"warning: --insecure: nobody checks that this is {targets[0]}; somebody in between can read and change everything");
            }

            using var side = LocalSide.Open(options, isPlain || message.Value is not null, bell.IsOn);
            LocalStreams local = side.Streams;
            if (message.Value is { } text)
            {
                local = local with { Input = OneLine(text, options.Terminator), IsConversation = false, IsGiven = true };
            }
            else if (!isQuiet && Greeting.HasReader)
            {
                local = local with { Greet = () => Greeting.Show(targets[0], options.Sends, isPlain, LocalSide.Hint(options)) };
            }

            return new Client(targets[0], options is { Prints: true, Session: null } ? Formatted(local, options.Terminator, isJson, isTimed, file) : local, options).Run();
        };
    }

    /// <summary>The file comes last: it gets what arrives before the other forms change it.</summary>
    private static LocalStreams Formatted(LocalStreams local, byte terminator, bool isJson, bool isTimed, string? file)
    {
        local = isJson ? local.AsJson(terminator) : local;
        local = isTimed ? local.WithTimestamps(terminator) : local;
        return file is null ? local : local.WithTee(file);
    }

    private static bool IsAskedFor(Switch form) => form.IsFlag && form.IsOn;

    /// <summary>Whether a word looks like a duration and like no port: it ends in its unit.</summary>
    private static bool IsDuration(string word) => word is [.., var last] && char.IsLetter(last) && ValueSyntax.Duration.Read(word, out _);

    private static TimeSpan DurationOf(string word, string option) => ValueSyntax.Duration.TryParse(word, out TimeSpan duration)
        ? duration
        : throw new UsageException($"{option}: {word} is out of range: {ValueSyntax.Duration.Range}");

    private static MemoryStream OneLine(string text, byte terminator) => new([.. Encoding.UTF8.GetBytes(text), terminator]);
}
