namespace Chatctl.Hosting;

/// <summary>A folder that a plugin is installed in. That it is one has not been looked at yet: see <see cref="TransportPlugin.Load"/>.</summary>
/// <param name="Name">The folder's name, which is the transport's.</param>
/// <param name="Directory">Where it is, as a full path.</param>
public sealed record PluginFolder(string Name, string Directory)
{
    private const string DependencyFile = ".deps.json";

    /// <summary>Whether a transport can be called this: lower-case letters, digits and hyphens.</summary>
    /// <param name="name">What somebody would like to call it.</param>
    public static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>
    /// Finds the assembly to load among those that lie in the folder: the one with its <c>.deps.json</c> beside it, which the compiler writes
    /// for the plugin and not for the libraries it brings; or else the only one.
    /// </summary>
    /// <returns>The assembly's full path.</returns>
    /// <exception cref="PluginException">There is none, or more than one could be meant; or the folder cannot be read.</exception>
    public string FindAssembly()
    {
        var origin = new PluginOrigin(Name, Directory);
        string[] files = origin.Try("the folder cannot be read", () => System.IO.Directory.GetFiles(Directory));
        string[] assemblies = [.. files.Where(file => Path.GetExtension(file) == ".dll")];
        string[] described = [.. assemblies.Where(file => files.Contains(Path.ChangeExtension(file, null) + DependencyFile))];
        return (described, assemblies) switch
        {
            ([var entry], _) => entry,
            ([], [var only]) => only,
            ([], []) => throw origin.Fault("the folder holds no .dll"),
            ([], _) => throw origin.Fault($"none of {FileNames(assemblies)} has its {DependencyFile} beside it, so which one is the plugin is not known"),
            _ => throw origin.Fault($"{FileNames(described)} all have a {DependencyFile} beside them, so which one is the plugin is not known"),
        };
    }

    /// <summary>In order only here: what sorting costs the runtime to compile would be a tenth of loading a plugin.</summary>
    private static string FileNames(IEnumerable<string> files) => string.Join(", ", files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
