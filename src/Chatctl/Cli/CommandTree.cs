using System.Reflection;
using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>The verbs with their arguments and options, as the command-line library knows them.</summary>
internal static class CommandTree
{
    /// <summary>The program's name.</summary>
    public const string Name = "chatctl";

    /// <summary>The program's version, without what identifies the build.</summary>
    public static string Version =>
        typeof(CommandTree).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Builds the tree.</summary>
    /// <param name="isWanted">Which verbs to declare in full, ready to run. The other verbs have a name and a summary only.</param>
    /// <param name="information">Gets the help and the version.</param>
    public static CommandLineApplication Build(Func<Verb, bool> isWanted, TextWriter information)
    {
        CommandLineApplication app = Create(new PlainConsole(information));
        app.Name = Name;
        app.Description = "A broadcast relay for lines: what one client of a room sends reaches all the others.";
        app.MakeSuggestionsInErrorMessage = true;
        Prepare(app, information);
        app.VersionOption("--version", Version).Description = "Print the version.";
        Verb[] verbs = [.. Verbs()];
        app.ExtendedHelpText = string.Join('\n', verbs.Select(verb => verb.Examples.Split('\n')[0]));
        foreach (Verb verb in verbs)
        {
            app.Command(verb.Name, command =>
            {
                Prepare(command, information);
                command.Description = verb.Summary;
                if (isWanted(verb))
                {
                    Declare(verb, command);
                }
            });
        }

        app.OnExecute(int () => throw new UsageException(
            $"no verb given; the verbs are {string.Join(", ", app.Commands.Select(c => c.Name).Order(StringComparer.Ordinal))} (try: {Name} --help)"));
        return app;
    }

    /// <summary>All verbs.</summary>
    public static IEnumerable<Verb> Verbs() => typeof(CommandTree).Assembly.GetCustomAttributes<VerbAttribute>().Select(verb => verb.Create());

    /// <summary>What a user types to get to a command: <c>chatctl serve</c>.</summary>
    /// <param name="command">The command.</param>
    public static string PathOf(CommandLineApplication command) => command.Parent is null ? Name : $"{Name} {command.Name}";

    private static CommandLineApplication Create(PlainConsole console)
    {
        try
        {
            return new CommandLineApplication(console);
        }
        catch (FileNotFoundException)
        {
            // The library asks for the working directory although nothing here needs it.
            throw new UsageException("the working directory does not exist any more: change to one that does");
        }
    }

    private static void Declare(Verb verb, CommandLineApplication command)
    {
        command.AllowArgumentSeparator = true;
        command.ExtendedHelpText = verb.Examples;
        Func<int> run = verb.Configure(command);
        command.OnExecute(() =>
        {
            TakeOperands(command);
            return run();
        });
    }

    /// <summary>Words after <c>--</c> are arguments like any others. The library keeps them apart, so they are added here.</summary>
    private static void TakeOperands(CommandLineApplication command)
    {
        foreach (string operand in command.RemainingArguments)
        {
            CommandArgument argument = command.Arguments.Find(a => a.MultipleValues || a.Values.Count == 0)
                ?? throw new UsageException($"unexpected argument '{operand}' (try: {PathOf(command)} --help)");
            argument.Values.Add(operand);
        }
    }

    /// <summary>Sets what every level of the command line has in common.</summary>
    private static void Prepare(CommandLineApplication app, TextWriter information)
    {
        // A command without a writer of its own would open a pager for its help.
        app.Out = information;
        app.Error = information;
        app.HelpTextGenerator = new HelpText();
        app.HelpOption("-h|--help").Description = "Show this help.";
    }
}
