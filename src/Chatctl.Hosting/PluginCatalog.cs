namespace Chatctl.Hosting;

/// <summary>
/// The folders where plugins are searched. Each of them has a folder for each plugin, <c>ROOT/NAME/ASSEMBLY.dll</c>. If several have a plugin of
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

    /// <summary>Finds the folder of one plugin. Whether it is of that kind shows when it is loaded.</summary>
    /// <param name="kind">What it should bring.</param>
    /// <param name="name">Its name, as the user wrote it.</param>
    /// <exception cref="PluginException">No plugin has that name. The message lists the known ones.</exception>
    public PluginFolder Find(PluginKind kind, string name)
    {
        // An invalid name is not searched: "../elsewhere" must not load anything.
        string? root = PluginFolder.IsName(name) ? Roots.FirstOrDefault(root => Directory.Exists(Path.Combine(root, name))) : null;
        return root is not null ? new PluginFolder(name, Path.Combine(root, name)) : throw Unknown(kind, name);
    }

    /// <summary>
    /// The folders of all plugins of a kind, sorted by name. A folder that does not show what it brings counts as a transport: it may be one that is damaged.
    /// </summary>
    /// <param name="kind">What they bring.</param>
    /// <exception cref="PluginException">One of the folders cannot be read.</exception>
    public IReadOnlyList<PluginFolder> List(PluginKind kind) =>
    [
        .. Roots.Where(Directory.Exists).SelectMany(Read)
            .Select(directory => new PluginFolder(Path.GetFileName(directory), directory))
            .Where(folder => PluginFolder.IsName(folder.Name))
            .DistinctBy(folder => folder.Name)
            .Where(folder => (folder.IsBackplane() ? PluginKind.Backplane : PluginKind.Transport) == kind)
            .OrderBy(folder => folder.Name, StringComparer.Ordinal),
    ];

    /// <summary>The error that no plugin has a name. It lists the known ones.</summary>
    internal PluginException Unknown(PluginKind kind, string name)
    {
        IReadOnlyList<PluginFolder> known = List(kind);
        string there = known.Count == 0 ? "there are none" : $"there are {string.Join(", ", known.Select(folder => folder.Name))}";
        return new PluginException($"unknown {kind.Word()} '{name}': {there} (looked in {string.Join(", ", Roots)})");
    }

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
