using System.Text;
using System.Text.RegularExpressions;
using Chatctl.Cli;

namespace Chatctl.Tests.Cli;

/// <summary>The help of every verb and every message about a wrong command line, in one file: <c>messages.txt</c>.</summary>
public sealed partial class ApprovedMessageTests
{
    // Words are separated by blanks. A tilde stands for a blank in a word, and two quotes for an empty word.
    private static readonly string[] Mistakes =
    [
        "", "zzz", "conect", "--zzz", "-q", "--", "''",
        "serve --zzz", "serve --ecko", "serve -qz", "serve -q -v", "serve --echo=maybe",
        "serve --transport", "serve -t", "serve --transport=", "serve --plugins", "serve --plugins ''",
        "serve --framing", "serve --framing words", "serve --max-line", "serve --max-line ''", "serve --max-line 12q", "serve --max-line 0",
        "serve --max-line 2g", "serve --max-line 10m", "serve --max-unfinished 1k", "serve --max-unfinished 0", "serve --coalesce 2s",
        "serve --coalesce 0", "serve --coalesce soon", "serve --slow never", "serve --presence some", "serve --plain --presence all", "serve --plain --journal x", "serve --framing raw --journal x", "serve --sync always", "serve --journal x --sync soon", "serve --journal x --keep 1k", "serve --journal ''", "serve --buffer 1k", "serve --buffer 17g", "serve --buffer=-1",
        "serve --stall-timeout 0", "serve --stall-timeout soon", "serve --stall-timeout 600h", "serve --send-buffer 0", "serve --max-clients 0",
        "serve --max-clients many", "serve --max-per-ip 0", "serve --rate 0", "serve --rate 9999999999999", "serve --byte-rate fast",
        "serve --byte-rate 1025g", "serve --idle-timeout 0", "serve --keepalive never", "serve --keepalive 600h", "serve --allow 10.0.0.0/33",
        "serve --allow ''", "serve --deny ::1 --deny 10.0.0.1,ops", "serve --drain-timeout 600h", "serve --log-format xml",
        "serve 99999", "serve localhost:x", "serve localhost:", "serve http://localhost", "serve unix:", "serve ''", "serve a~b:1", "serve 0 -- -z",
        "serve ::1:9", "serve [::1", "serve select+tcp://::1:9", "serve select+9000",
        "connect --timout 3", "connect -n", "connect -n x", "connect --count=0", "connect -m", "connect --tee", "connect --tee ''",
        "connect --timeout soon", "connect --timeout 600h", "connect --retry=soon", "connect --retry=600h", "connect --send-only=maybe",
        "connect --recv-only --send-only", "connect --recv-only -m x", "connect --send-only -n 1", "connect --send-only --timestamps",
        "connect --send-only --json", "connect --send-only --tee x", "connect --json --timestamps", "connect -0 -C", "connect a b",
        "connect localhost:99999", "connect -- -x", "connect 1 --ca x", "connect tls://a --ca x --insecure", "connect tls://a --pin x", "connect tls://a --min-tls 1.1",
        "connect tls://a --key x",
        "bench --zzz", "bench --json --csv", "bench --clients 1", "bench --clients 99999999999", "bench --senders 200", "bench --senders", "bench --size 8",
        "bench --batch 9999999", "bench --rate fast", "bench --rate", "bench --duration 0", "bench --patience 0", "bench --pid 1",
        "bench --self-test localhost:1", "bench localhost:1 --transports async", "bench a b", "bench --transports ''",
        "cert", "cert root", "cert ca x", "cert server", "cert server a~b", "cert client", "cert client ../ann", "cert pin", "cert --days 0 ca",
        "transports x", "transports --json --names", "transports --plugins", "transports -- x",
        "completion", "completion ksh", "completion bash zsh", "man x", "man --markdown", "man --markdown zzz",
    ];

    // These need the tool itself: its plugins, its environment, or the network.
    private static readonly (string Variable, string Words)[] MistakesOfTheTool =
    [
        ("", "serve 127.0.0.1:0 -t zzz"), ("", "serve 127.0.0.1:0 -t ../select"), ("", "serve 127.0.0.1:0 -t Select"), ("", "bench --transports SAEA"),
        ("", "serve --plugins /nowhere/at/all"), ("", "serve --plugins /dev/null"), ("", "serve unix:/nowhere/at/all"), ("", "serve 192.0.2.1:0"),
        ("CHATCTL_ECHO=maybe", "serve"), ("CHATCTL_MAX_LINE=long", "serve"), ("CHATCTL_BUFFER=1k", "serve"), ("CHATCTL_COUNT=many", "connect"),
    ];

    private static IEnumerable<string> Helps => ["--help", .. CommandTree.Verbs().Select(verb => verb.Name).Order(StringComparer.Ordinal).Select(verb => $"{verb} --help")];

    [Fact]
    public async Task Every_help_text_and_every_message_is_as_it_was_approved()
    {
        var text = new StringBuilder();
        foreach (string words in Helps)
        {
            (int code, string help, _) = await RunAsync(words);
            Assert.Equal(0, code);
            text.Append($"$ chatctl {words}\n{help.ReplaceLineEndings("\n")}\n");
        }

        foreach (string words in Mistakes)
        {
            (int code, string help, string message) = await RunAsync(words);
            Assert.Equal((2, ""), (code, help));
            text.Append($"$ chatctl {Shown(words)}\n{message}\n\n");
        }

        foreach ((string variable, string words) in MistakesOfTheTool)
        {
            var environment = variable.Split('=') is [var name, var value] ? new Dictionary<string, string> { [name] = value } : [];
            using var tool = ToolProcess.Start(environment, Words(words));
            ToolResult result = await tool.FinishAsync();
            Assert.Equal("", result.Text);
            text.Append($"$ {variable}{(variable.Length > 0 ? " " : "")}chatctl {words}\n{WithoutPlaces(result.Error)}\n");
        }

        ApprovedFile.Check("tests/Chatctl.Tests/Cli/messages.txt", text.ToString().TrimEnd('\n') + "\n");
    }

    [Fact]
    public async Task No_line_of_a_help_text_is_wider_than_a_terminal()
    {
        foreach (string words in Helps)
        {
            (_, string help, _) = await RunAsync(words);
            Assert.DoesNotContain(help.Split('\n'), line => line.Length > 80);
        }
    }

    /// <summary>Runs a command line inside the tests. The bound is for a mistake that is no longer noticed, so that a server starts.</summary>
    private static async Task<(int Code, string Shown, string Message)> RunAsync(string words)
    {
        var shown = new StringBuilder();
        var message = new StringBuilder();
        int code = await Task.Run(() => CommandLine.Run(Words(words), text => shown.Append(text), line => message.Append($"chatctl: {line}"))).Guard();
        return (code, shown.ToString(), message.ToString());
    }

    private static string[] Words(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "''" ? "" : word.Replace('~', ' '))];

    private static string Shown(string line) => string.Join(' ', Words(line).Select(word => word.Length == 0 || word.Contains(' ') ? $"'{word}'" : word));

    /// <summary>Leaves out the folders that plugins are looked for in: they depend on where the tool is installed.</summary>
    private static string WithoutPlaces(string text) => Places().Replace(text, "(looked in …)");

    [GeneratedRegex(@"\(looked in [^)]*\)")]
    private static partial Regex Places();
}
