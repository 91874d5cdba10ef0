using Chatctl.Hosting;
using Chatctl.Io;
using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>From arguments to an exit code: finds the verb, parses, runs, and turns every expected failure into one line and a code.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command on the standard streams.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args) => Run(args, text => StandardStreams.OutputText.Write(text), StandardStreams.Diagnose);

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <param name="show">Gets the help or the version, if the command line asks for one of them.</param>
    /// <param name="diagnose">Gets the message if the command fails.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args, Action<string> show, Action<string> diagnose)
    {
        // The library writes help, the version, and hints about errors to one writer. The hints would get into a pipeline's data. So the text
        // is shown only if the command line was right.
        var information = new StringWriter();
        try
        {
            // The library finds a verb in any case of letters.
            int code = CommandTree.Build(verb => args.Contains(verb.Name, StringComparer.OrdinalIgnoreCase), information).Execute(args);
            if (information.GetStringBuilder().Length > 0)
            {
                show(information.ToString());
            }

            return code;
        }
        catch (CommandParsingException e)
        {
            return Fail(ExitCode.Usage, ParsingMessage.Of(e));
        }
        catch (OutputGoneException)
        {
            return ExitCode.OutputGone;
        }
        catch (ConnectionException e)
        {
            // Connections get lost. The place in the code says nothing about that.
            return Fail(ExitCode.Network, e.Message);
        }
        catch (IOException e)
        {
            return Fail(ExitCode.Network, e.Message, e);
        }
        catch (UsageException e)
        {
            return Fail(ExitCode.Usage, e.Message);
        }

        // After the others: this type loads the plugin hosting, and the other failures do not need it.
        catch (PluginException e)
        {
            return Fail(ExitCode.Usage, e.Message, e);
        }
#pragma warning disable CA1031 // The last resort: a user sees a stack trace only with -v.
        catch (Exception e)
        {
            return Fail(ExitCode.Network, $"unexpected failure: {e.Message} (-v shows where)", e);
        }
#pragma warning restore CA1031

        // A mistake in the command line has no exception to show: the message explains it, and the place in the code does not.
        int Fail(int code, string message, Exception? exception = null)
        {
            diagnose(message);
            if (exception is not null && IsVerbose(args))
            {
                StandardStreams.Explain(exception);
            }

            return code;
        }
    }

    private static bool IsVerbose(string[] args) => args.Contains("-v", StringComparer.Ordinal) || args.Contains("--verbose", StringComparer.Ordinal)
        || Switch.YesOrNo(Environment.GetEnvironmentVariable("CHATCTL_VERBOSE") ?? "") == true;
}
