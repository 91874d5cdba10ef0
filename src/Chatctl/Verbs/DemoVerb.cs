using System.Net;
using Chatctl.Cli;
using Chatctl.Demo;
using Chatctl.Hosting;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<DemoVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl demo</c>: shows a room at work.</summary>
internal sealed class DemoVerb : Verb
{
    private const string DefaultTransport = "select";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly ValueSyntax<string?> TransportName = ValueSyntax.Text with { Hint = new ValueHint.Listed("transports --names") };

    /// <inheritdoc/>
    public override string Name => "demo";

    /// <inheritdoc/>
    public override string Summary => "Show a room at work, in a second or two.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl demo                     # four members meet in a room
          chatctl demo --transport saea    # the same over another transport
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        Setting<string?> transport = command.Setting("-t|--transport <NAME>", "How bytes are moved. 'chatctl transports' lists the names. Default: select.", TransportName, DefaultTransport);
        Setting<string?> plugins = command.Setting("--plugins <DIR>", "Another folder of transport plugins; several as in PATH.", ValueSyntax.Directories, null);
        Switch verbose = command.Switch("-v|--verbose", "Show where failures come from.");
        command.Description = $"""
            {Summary}

            Opens a room at a free port of the loopback address. Three members send lines
            at the same time: ann and bob in sessions of chatctl connect, and a plain TCP
            client like nc. A fourth member listens. In the middle, bob loses its
            connection while the others speak, and comes back. The table shows what each
            of them received. The exit code is 0 only if every line reached all other
            members once, complete and in one order.
            """;
        return () =>
        {
            _ = verbose.IsOn;
            using var exit = new OrderlyExit();
            var plugin = TransportPlugin.Load(PluginCatalog.ForTool(plugins.Value).Find(PluginKind.Transport, transport.Value!));
            return RunAsync(plugin).GetAwaiter().GetResult();
        };
    }

    /// <summary>Judges what the members sent and received, and writes the report.</summary>
    /// <param name="report">Where to.</param>
    /// <param name="address">Where the room was.</param>
    /// <param name="transport">What served it.</param>
    /// <param name="accounts">What each member sent and received.</param>
    /// <returns>The exit code.</returns>
    internal static int Tell(TextWriter report, IPEndPoint address, string transport, IReadOnlyList<Account> accounts)
    {
        var verdict = Verdict.Of(accounts);
        DemoReport.Write(report, address, transport, accounts, verdict);
        DemoReport.WriteCommands(report, address, ToolCommand.Own());
        return verdict.IsGood ? ExitCode.Done : ExitCode.Network;
    }

    private static IReadOnlyList<Account> Run(DemoRoom room)
    {
        // A client says that its connection was lost. Here that is no news: the report says it.
        Stream diagnostics = StandardStreams.Diagnostics;
        StandardStreams.Diagnostics = Stream.Null;
        try
        {
            return new Demonstration(room, Patience).Run();
        }
        finally
        {
            StandardStreams.Diagnostics = diagnostics;
        }
    }

    private static async Task<int> RunAsync(TransportPlugin plugin)
    {
        IPEndPoint address;
        IReadOnlyList<Account> accounts;
        DemoRoom room = await DemoRoom.OpenAsync(plugin).ConfigureAwait(false);
        await using (room.ConfigureAwait(false))
        {
            address = room.Address;
            accounts = Run(room);
        }

        // The room is closed by now, so its port is free for the commands that the report shows.
        using var report = new StringWriter { NewLine = "\n" };
        int code = Tell(report, address, plugin.Name, accounts);
        StandardStreams.OutputText.Write(report);
        return code;
    }
}
