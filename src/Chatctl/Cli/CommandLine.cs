using System.Reflection;
using Chatctl.Hosting;
using Chatctl.Io;
using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>From arguments to an exit code: finds the verb, parses, runs, and turns every expected failure into one line and a code.</summary>
internal static class CommandLine
{
    private const string Name = "chatctl";

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args)
    {
        // The library writes help, versions, and hints about errors to one writer; the hints would get into a pipeline's data, so what it
        // wrote counts only if the command line was right.
        var information = new StringWriter();
        try
        {
            int code = Build(args, information).Execute(args);
            if (information.GetStringBuilder().Length > 0)
            {
                StandardStreams.OutputText.Write(information);
            }

            return code;
        }
        catch (UnrecognizedCommandParsingException e)
        {
            return Fail(ExitCode.Usage, Describe(e), e, args);
        }
        catch (CommandParsingException e)
        {
            return Fail(ExitCode.Usage, $"{Lower(e.Message)} (try: {CommandPath(e.Command)} --help)", e, args);
        }
        catch (OutputGoneException)
        {
            return ExitCode.OutputGone;
        }
        catch (Exception e) when (e is ConnectionException or IOException)
        {
            return Fail(ExitCode.Network, e.Message, e, args);
        }
        catch (UsageException e)
        {
            return Fail(ExitCode.Usage, e.Message, e, args);
        }

        // After the others: asking for this type loads the plugin hosting, which the other failures do without.
        catch (PluginException e)
        {
            return Fail(ExitCode.Usage, e.Message, e, args);
        }
#pragma warning disable CA1031 // The last resort: no stack trace reaches a user who did not ask for one.
        catch (Exception e)
        {
            return Fail(ExitCode.Network, $"unexpected failure: {e.Message} (-v shows where)", e, args);
        }
#pragma warning restore CA1031
    }

    private static CommandLineApplication Build(string[] args, TextWriter information)
    {
        var app = new CommandLineApplication(new PlainConsole(information))
        {
            Name = Name,
            Description = "A broadcast relay for lines: what one client of a room sends reaches all the others.",
            MakeSuggestionsInErrorMessage = true,
        };
        Prepare(app, information);
        app.VersionOption("--version", Version);
        Verb[] verbs = [.. typeof(CommandLine).Assembly.GetCustomAttributes<VerbAttribute>().Select(verb => verb.Create())];
        app.ExtendedHelpText = Examples(string.Join('\n', verbs.Select(verb => verb.Examples.Split('\n')[0])));
        foreach (Verb verb in verbs)
        {
            app.Command(verb.Name, command =>
            {
                Prepare(command, information);
                command.Description = verb.Summary;
                if (args.Contains(verb.Name, StringComparer.Ordinal))
                {
                    command.AllowArgumentSeparator = true;
                    command.ExtendedHelpText = Examples(verb.Examples);
                    Func<int> run = verb.Configure(command);
                    command.OnExecute(() =>
                    {
                        TakeOperands(command);
                        return run();
                    });
                }
            });
        }

        app.OnExecute(int () => throw new UsageException(
            $"no verb given: {string.Join(", ", app.Commands.Select(c => c.Name))} (try: {Name} --help)"));
        return app;
    }

    private static string Examples(string examples) => $"{Environment.NewLine}Examples:{Environment.NewLine}{examples}";

    /// <summary>What follows <c>--</c> are arguments like any others; the library leaves them aside.</summary>
    private static void TakeOperands(CommandLineApplication command)
    {
        foreach (string operand in command.RemainingArguments)
        {
            CommandArgument argument = command.Arguments.Find(a => a.MultipleValues || a.Values.Count == 0)
                ?? throw new UsageException($"unexpected argument '{operand}' (try: {CommandPath(command)} --help)");
            argument.Values.Add(operand);
        }
    }

    /// <summary>What every level of the command line has in common.</summary>
    private static void Prepare(CommandLineApplication app, TextWriter information)
    {
        // A command without a writer of its own would open a pager for its help.
        app.Out = information;
        app.Error = information;
        app.HelpOption("-h|--help");
    }

    private static string Version =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static int Fail(int code, string message, Exception exception, string[] args)
    {
        StandardStreams.Diagnose(message);

        // A mistake in what was asked for is explained by the line above; where it was noticed explains nothing.
        bool isMistake = exception is UsageException or CommandParsingException;
        if (!isMistake && (args.Contains("-v", StringComparer.Ordinal) || args.Contains("--verbose", StringComparer.Ordinal)))
        {
            StandardStreams.ErrorText.WriteLine(exception);
        }

        return code;
    }

    /// <summary>The library's message in our words, with the nearest thing that exists: an option for an option, a verb for a verb.</summary>
    private static string Describe(UnrecognizedCommandParsingException e)
    {
        const string UnknownOption = "Unrecognized option", UnknownWord = "Unrecognized command or argument";
        bool isOption = e.Message.StartsWith(UnknownOption, StringComparison.Ordinal);
        string? match = e.NearestMatches.FirstOrDefault(name => isOption != e.Command.Commands.Exists(verb => verb.Name == name));
        string problem = e.Message.Replace(UnknownOption, "unknown option", StringComparison.Ordinal)
            .Replace(UnknownWord, e.Command.Parent is null ? "unknown verb" : "unexpected argument", StringComparison.Ordinal);
        return match is null ? $"{problem} (try: {CommandPath(e.Command)} --help)" : $"{problem}; did you mean '{(isOption ? "--" : "")}{match}'?";
    }

    private static string CommandPath(CommandLineApplication command) => command.Parent is null ? Name : $"{Name} {command.Name}";

    private static string Lower(string message) => message.Length == 0 ? message : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
}
