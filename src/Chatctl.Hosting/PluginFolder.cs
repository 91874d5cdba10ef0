using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Chatctl.Hosting;

/// <summary>A folder for one plugin. Its contents are not checked yet; loading the plugin checks them.</summary>
/// <param name="Name">The folder's name, which is also the plugin's name.</param>
/// <param name="Directory">The folder's full path.</param>
public sealed record PluginFolder(string Name, string Directory)
{
    private const string DependencyFile = ".deps.json";

    /// <summary>Whether a plugin can have this name: lower-case letters, digits and hyphens.</summary>
    /// <param name="name">The name to check.</param>
    public static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>
    /// Finds the plugin's assembly in the folder. It is the one with a <c>.deps.json</c> beside it, because the compiler writes this file for the plugin
    /// and not for its libraries. If none has such a file, it is the only assembly in the folder.
    /// </summary>
    /// <returns>The assembly's full path.</returns>
    /// <exception cref="PluginException">There is no assembly, it is not clear which one is the plugin, or the folder cannot be read.</exception>
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
            ([], _) => throw origin.Fault($"none of {FileNames(assemblies)} has its {DependencyFile} beside it, so it is not clear which one is the plugin"),
            _ => throw origin.Fault($"{FileNames(described)} all have a {DependencyFile} beside them, so it is not clear which one is the plugin"),
        };
    }

    /// <summary>Whether the assembly says that it brings a backplane. This loads nothing. What cannot be read says nothing; the error shows when it is loaded.</summary>
    internal bool IsBackplane()
    {
        try
        {
            using var file = new PEReader(File.OpenRead(FindAssembly()));
            MetadataReader metadata = file.GetMetadataReader();
            return metadata.GetAssemblyDefinition().GetCustomAttributes().Any(attribute =>
                metadata.GetCustomAttribute(attribute).Constructor is { Kind: HandleKind.MemberReference } constructor
                && metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent is { Kind: HandleKind.TypeReference } type
                && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)type).Name, nameof(BackplanePluginAttribute)));
        }
        catch (Exception e) when (e is PluginException or BadImageFormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Sorts only for a message: compiling the sort takes the runtime a tenth of the time of loading a plugin.</summary>
    private static string FileNames(IEnumerable<string> files) => string.Join(", ", files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
