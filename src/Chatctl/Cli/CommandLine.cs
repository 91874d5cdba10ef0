using Chatctl.Hosting;
using Chatctl.Io;
using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>From arguments to an exit code: finds the verb, parses, runs, and turns every expected failure into one line and a code.</summary>
internal static class CommandLine
{
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
            int code = CommandTree.Build(verb => args.Contains(verb.Name, StringComparer.Ordinal), information).Execute(args);
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
            return Fail(ExitCode.Usage, $"{Lower(e.Message)} (try: {CommandTree.PathOf(e.Command)} --help)", e, args);
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

    private static int Fail(int code, string message, Exception exception, string[] args)
    {
        StandardStreams.Diagnose(message);

        // A mistake in what was asked for is explained by the line above; where it was noticed explains nothing.
        bool isMistake = exception is UsageException or CommandParsingException;
        bool isVerbose = args.Contains("-v", StringComparer.Ordinal) || args.Contains("--verbose", StringComparer.Ordinal)
            || Switch.YesOrNo(Environment.GetEnvironmentVariable("CHATCTL_VERBOSE") ?? "") == true;
        if (!isMistake && isVerbose)
        {
            StandardStreams.Explain(exception);
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
        return match is null ? $"{problem} (try: {CommandTree.PathOf(e.Command)} --help)" : $"{problem}; did you mean '{(isOption ? "--" : "")}{match}'?";
    }

    private static string Lower(string message) => message.Length == 0 ? message : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
}
