namespace Chatctl.Hosting;

/// <summary>
/// Where plugins are looked for: folders that hold a folder for each transport, <c>ROOT/NAME/ASSEMBLY.dll</c>. If several hold one of the
/// same name, the first does. Looking loads nothing.
/// </summary>
public sealed class PluginCatalog
{
    /// <summary>A catalogue of these folders, the first of them first. One that does not exist holds nothing.</summary>
    /// <param name="roots">Full paths.</param>
    public PluginCatalog(IReadOnlyList<string> roots) => Roots = roots;

    /// <summary>Where it looks, in this order.</summary>
    public IReadOnlyList<string> Roots { get; }

    /// <summary>
    /// The tool's own catalogue: <c>plugins</c> beside the tool, then the folders that the user names, then <c>chatctl/plugins</c> in the user's
    /// data directory (<c>~/.local/share</c> on Linux).
    /// </summary>
    /// <param name="named">What <c>--plugins</c> or <c>CHATCTL_PLUGINS</c> says: a folder, or several as in <c>PATH</c>; null if nobody says anything.</param>
    /// <exception cref="PluginException">A folder that the user names does not exist or cannot be read.</exception>
    public static PluginCatalog ForTool(string? named)
    {
        List<string> roots = [Path.Combine(AppContext.BaseDirectory, "plugins")];
        foreach (string folder in (named ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string root = Path.GetFullPath(folder);
            if (!Directory.Exists(root))
            {
                throw new PluginException($"plugin folder '{folder}': {(File.Exists(root) ? "that is a file" : "it does not exist")}");
            }

            _ = Read(root);
            roots.Add(root);
        }

        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (data.Length > 0)
        {
            roots.Add(Path.Combine(data, "chatctl", "plugins"));
        }

        return new PluginCatalog(roots);
    }

    /// <summary>Finds the folder of one transport.</summary>
    /// <param name="name">The transport's name, as the user wrote it.</param>
    /// <exception cref="PluginException">There is none of that name; the message says which there are.</exception>
    public PluginFolder Find(string name)
    {
        // A name that no transport can have is not even looked for: "../elsewhere" must not load what lies there.
        string? root = PluginFolder.IsName(name) ? Roots.FirstOrDefault(root => Directory.Exists(Path.Combine(root, name))) : null;
        if (root is not null)
        {
            return new PluginFolder(name, Path.Combine(root, name));
        }

        IReadOnlyList<PluginFolder> known = List();
        string there = known.Count == 0 ? "there are none" : $"there are {string.Join(", ", known.Select(folder => folder.Name))}";
        throw new PluginException($"unknown transport '{name}': {there} (looked in {string.Join(", ", Roots)})");
    }

    /// <summary>Every folder that <see cref="Find"/> would find, by name.</summary>
    /// <exception cref="PluginException">One of the roots cannot be read.</exception>
    public IReadOnlyList<PluginFolder> List() =>
    [
        .. Roots.Where(Directory.Exists).SelectMany(Read)
            .Select(directory => new PluginFolder(Path.GetFileName(directory), directory))
            .Where(folder => PluginFolder.IsName(folder.Name))
            .DistinctBy(folder => folder.Name)
            .OrderBy(folder => folder.Name, StringComparer.Ordinal),
    ];

    private static string[] Read(string root)
    {
        try
        {
            return Directory.GetDirectories(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"plugin folder '{root}': it cannot be read: {e.Message}", e);
        }
    }
}
