namespace Chatctl.Hosting.Tests;

public sealed class PluginFolderTests : IDisposable
{
    private readonly Installation _installation = new();

    public void Dispose() => _installation.Dispose();

    [Fact]
    public void The_assembly_with_a_deps_json_is_the_plugin_and_the_others_are_its_libraries()
    {
        PluginFolder folder = _installation.Create("one", "A.dll", "Plugin.dll", "Plugin.deps.json", "Z.dll");
        Assert.Equal(Path.Combine(folder.Directory, "Plugin.dll"), folder.FindAssembly());
    }

    [Fact]
    public void The_only_assembly_is_the_plugin_without_a_deps_json()
    {
        PluginFolder folder = _installation.Create("one", "Plugin.dll", "Plugin.pdb", "elsewhere.deps.json");
        Assert.Equal(Path.Combine(folder.Directory, "Plugin.dll"), folder.FindAssembly());
    }

    [Fact]
    public void A_folder_without_an_assembly_is_an_error() =>
        Fails(_installation.Create("one", "README.md"), "the folder holds no .dll");

    [Fact]
    public void Several_assemblies_without_a_deps_json_are_named() =>
        Fails(_installation.Create("one", "A.dll", "B.dll"), "none of A.dll, B.dll has its .deps.json beside it, so it is not clear which one is the plugin");

    [Fact]
    public void Several_assemblies_with_a_deps_json_are_named() => Fails(
        _installation.Create("one", "A.dll", "A.deps.json", "B.dll", "B.deps.json", "C.dll"),
        "A.dll, B.dll all have a .deps.json beside them, so it is not clear which one is the plugin");

    [Fact]
    public void A_folder_that_cannot_be_read_is_an_error_in_one_line()
    {
        string file = Path.Combine(_installation.Root, "one");
        File.WriteAllText(file, "");
        PluginException e = Assert.Throws<PluginException>(() => new PluginFolder("one", file).FindAssembly());
        Assert.StartsWith($"plugin 'one' ({file}): the folder cannot be read: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static void Fails(PluginFolder folder, string reason)
    {
        PluginException e = Assert.Throws<PluginException>(() => folder.FindAssembly());
        Assert.Equal($"plugin 'one' ({folder.Directory}): {reason}", e.Message);
    }
}
