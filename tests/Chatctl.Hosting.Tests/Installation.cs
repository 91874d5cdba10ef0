using System.Reflection;

namespace Chatctl.Hosting.Tests;

/// <summary>A folder for plugins, gone after the test. Plugins for tests are installed in it as they would be beside the tool.</summary>
public sealed class Installation : IDisposable
{
    /// <summary>Where each file of each plugin for tests is, by its place in a folder for plugins: <c>good/Good.dll</c>.</summary>
    private static readonly (string Place, string File)[] Files =
    [
        .. typeof(Installation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Where(metadata => metadata.Key == "TestPlugin")
            .Select(metadata => metadata.Value!.Split('|'))
            .Select(parts => (parts[0], parts[1])),
    ];

    /// <summary>The folder's full path.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("chatctl-plugins-").FullName;

    /// <summary>A catalogue of this folder alone.</summary>
    internal PluginCatalog Catalog => new([Root]);

    /// <summary>Installs one of the plugins for tests.</summary>
    /// <param name="transport">Its <c>TransportName</c>.</param>
    /// <param name="name">The folder it gets; its transport's name if null.</param>
    internal PluginFolder Install(string transport, string? name = null)
    {
        (string Place, string File)[] files = [.. Files.Where(file => file.Place.StartsWith($"{transport}/", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        PluginFolder folder = Create(name ?? transport);
        foreach ((string place, string file) in files)
        {
            File.Copy(file, Path.Combine(folder.Directory, place[(transport.Length + 1)..]));
        }

        return folder;
    }

    /// <summary>Makes a folder with files in it that hold nothing worth loading.</summary>
    internal PluginFolder Create(string name, params string[] files)
    {
        string directory = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        foreach (string file in files)
        {
            File.WriteAllText(Path.Combine(directory, file), "{}");
        }

        return new PluginFolder(name, directory);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (UnauthorizedAccessException) when (OperatingSystem.IsWindows())
        {
            // A file that is loaded cannot be deleted there, and a plugin is never unloaded.
        }
    }
}
