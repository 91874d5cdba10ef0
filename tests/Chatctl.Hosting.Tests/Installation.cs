using System.Reflection;

namespace Chatctl.Hosting.Tests;

/// <summary>A folder for plugins, deleted after the test. Test plugins are installed in it as beside the tool.</summary>
public sealed class Installation : IDisposable
{
    /// <summary>The files of all test plugins, each with its path in a folder for plugins, such as <c>good/Good.dll</c>.</summary>
    private static readonly (string Place, string File)[] Files =
    [
        .. typeof(Installation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Where(metadata => metadata.Key == "TestPlugin")
            .Select(metadata => metadata.Value!.Split('|'))
            .Select(parts => (parts[0], parts[1])),
    ];

    /// <summary>The folder's full path.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("chatctl-plugins-").FullName;

    /// <summary>A catalogue of only this folder.</summary>
    internal PluginCatalog Catalog => new([Root]);

    /// <summary>Installs a test plugin.</summary>
    /// <param name="transport">Its <c>PluginName</c>.</param>
    /// <param name="name">The name of its folder; the transport's name if null.</param>
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

    /// <summary>Makes a folder with files that are not real assemblies.</summary>
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
            // Windows cannot delete a loaded file, and a plugin is never unloaded.
        }
    }
}
