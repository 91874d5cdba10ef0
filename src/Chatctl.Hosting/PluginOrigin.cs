using System.Reflection;

namespace Chatctl.Hosting;

/// <summary>Which plugin is spoken of, and how whatever goes wrong with it is told: in one line, with the cause rather than its wrapping.</summary>
/// <param name="Name">The transport's name.</param>
/// <param name="Location">The file, or the folder while the file is not known.</param>
internal sealed record PluginOrigin(string Name, string Location)
{
    /// <summary>Says what is wrong with the plugin.</summary>
    /// <param name="reason">The rest of the line.</param>
    /// <param name="cause">What was thrown, if anything was.</param>
    public PluginException Fault(string reason, Exception? cause = null) =>
        new($"plugin '{Name}' ({Location}): {reason}".ReplaceLineEndings(" ").TrimEnd(), cause);

    /// <summary>Does what may run the plugin's code or read its files.</summary>
    /// <param name="failure">What to say of a failure, before its cause.</param>
    /// <param name="action">What to do.</param>
    /// <exception cref="PluginException">It failed, in whatever way.</exception>
    public T Try<T>(string failure, Func<T> action)
    {
        try
        {
            return action();
        }
#pragma warning disable CA1031 // A stranger's code throws what it likes, and none of it is an error of this program.
        catch (Exception e) when (e is not PluginException)
        {
            throw Fault(Reason(failure, Cause(e)), e);
        }
#pragma warning restore CA1031
    }

    /// <summary>The loader and reflection say that something failed; what they wrap says what.</summary>
    private static Exception Cause(Exception e) => e switch
    {
        TargetInvocationException or TypeInitializationException when e.InnerException is { } inner => Cause(inner),
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => Cause(first),
        _ => e,
    };

    private static string Reason(string failure, Exception cause) => cause switch
    {
        // The name is an assembly's when the loader was looking for one, and a path's when somebody opened a file.
        FileNotFoundException { FileName: { } name } when name.Contains(", Version=", StringComparison.Ordinal) =>
            $"it needs {Describe(new AssemblyName(name))}, which is not there",
        BadImageFormatException => "it is not a .NET assembly, or a damaged one",
        _ => $"{failure}: {cause.Message}",
    };

    private static string Describe(AssemblyName assembly) => $"{assembly.Name} {assembly.Version}";
}
