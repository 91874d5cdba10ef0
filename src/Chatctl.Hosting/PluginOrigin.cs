using System.Reflection;

namespace Chatctl.Hosting;

/// <summary>Names a plugin, and makes its error messages: one line each, with the cause and not the exceptions around it.</summary>
/// <param name="Name">The plugin's name.</param>
/// <param name="Location">The file, or the folder if the file is not known yet.</param>
internal sealed record PluginOrigin(string Name, string Location)
{
    /// <summary>Makes an error about the plugin.</summary>
    /// <param name="reason">The rest of the line.</param>
    /// <param name="cause">The exception that caused it, if there was one.</param>
    public PluginException Fault(string reason, Exception? cause = null) =>
        new($"plugin '{Name}' ({Location}): {reason}".ReplaceLineEndings(" ").TrimEnd(), cause);

    /// <summary>Runs an action that may run the plugin's code or read its files.</summary>
    /// <param name="failure">The start of the message if it fails. The cause follows.</param>
    /// <param name="action">The action.</param>
    /// <exception cref="PluginException">The action failed.</exception>
    public T Try<T>(string failure, Func<T> action)
    {
        try
        {
            return action();
        }
#pragma warning disable CA1031 // Foreign code may throw anything, and none of it is an error of this program.
        catch (Exception e) when (e is not PluginException)
        {
            throw Fault(Reason(failure, Cause(e)), e);
        }
#pragma warning restore CA1031
    }

    /// <summary>Exceptions of the loader and of reflection only say that something failed. The exception inside says what.</summary>
    private static Exception Cause(Exception e) => e switch
    {
        TargetInvocationException or TypeInitializationException when e.InnerException is { } inner => Cause(inner),
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => Cause(first),
        _ => e,
    };

    private static string Reason(string failure, Exception cause) => cause switch
    {
        // The name is an assembly's if the loader searched for one, and a path if the code opened a file.
        FileNotFoundException { FileName: { } name } when name.Contains(", Version=", StringComparison.Ordinal) =>
            $"it needs {Describe(new AssemblyName(name))}, which cannot be found",
        BadImageFormatException => "it is not a .NET assembly, or a damaged one",
        _ => $"{failure}: {cause.Message}",
    };

    private static string Describe(AssemblyName assembly) => $"{assembly.Name} {assembly.Version}";
}
