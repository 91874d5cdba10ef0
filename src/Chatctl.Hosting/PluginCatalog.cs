namespace Chatctl.Hosting;

/// <summary>
/// The folders where plugins are searched. Each of them has a folder for each transport, <c>ROOT/NAME/ASSEMBLY.dll</c>. If several have a transport of
/// the same name, the first one counts. Searching loads nothing.
/// </summary>
public sealed class PluginCatalog
{
    /// <summary>Makes a catalogue of these folders, in this order. A folder that does not exist counts as empty.</summary>
    /// <param name="roots">Full paths.</param>
    public PluginCatalog(IReadOnlyList<string> roots) => Roots = roots;

    /// <summary>The folders, in the order of the search.</summary>
    public IReadOnlyList<string> Roots { get; }

    /// <summary>
    /// Makes the tool's catalogue: <c>plugins</c> beside the tool, then the folders that the user names, then <c>chatctl/plugins</c> in the user's
    /// data directory (<c>~/.local/share</c> on Linux).
    /// </summary>
    /// <param name="named">The value of <c>--plugins</c> or <c>CHATCTL_PLUGINS</c>: one folder, or several as in <c>PATH</c>; null if neither is set.</param>
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
    /// <exception cref="PluginException">No transport has that name. The message lists the known ones.</exception>
    public PluginFolder Find(string name)
    {
        // An invalid name is not searched: "../elsewhere" must not load anything.
        string? root = PluginFolder.IsName(name) ? Roots.FirstOrDefault(root => Directory.Exists(Path.Combine(root, name))) : null;
        if (root is not null)
        {
            return new PluginFolder(name, Path.Combine(root, name));
        }

        IReadOnlyList<PluginFolder> known = List();
        string there = known.Count == 0 ? "there are none" : $"there are {string.Join(", ", known.Select(folder => folder.Name))}";
        throw new PluginException($"unknown transport '{name}': {there} (looked in {string.Join(", ", Roots)})");
    }

    /// <summary>All folders that <see cref="Find"/> would find, sorted by name.</summary>
    /// <exception cref="PluginException">One of the folders cannot be read.</exception>
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
