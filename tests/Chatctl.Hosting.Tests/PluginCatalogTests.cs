namespace Chatctl.Hosting.Tests;

public sealed class PluginCatalogTests : IDisposable
{
    private readonly Installation _first = new();
    private readonly Installation _second = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void The_first_folder_that_has_the_transport_is_used()
    {
        PluginFolder both = _first.Create("select");
        _second.Create("select");
        PluginFolder second = _second.Create("async");
        var catalog = new PluginCatalog([_first.Root, _second.Root]);
        Assert.Equal(both, catalog.Find(PluginKind.Transport, "select"));
        Assert.Equal(second, catalog.Find(PluginKind.Transport, "async"));
        Assert.Equal([second, both], catalog.List(PluginKind.Transport));
    }

    [Fact]
    public void The_message_for_an_unknown_transport_lists_the_known_ones_and_the_folders()
    {
        _first.Create("select");
        _second.Create("async");
        var catalog = new PluginCatalog([_first.Root, _second.Root]);
        PluginException e = Assert.Throws<PluginException>(() => catalog.Find(PluginKind.Transport, "foo"));
        Assert.Equal($"unknown transport 'foo': there are async, select (looked in {_first.Root}, {_second.Root})", e.Message);
    }

    [Fact]
    public void A_backplane_is_listed_as_one_and_not_as_a_transport()
    {
        PluginFolder good = _first.Install("good");
        PluginFolder shared = _first.Install("shared");
        Assert.Equal([good], _first.Catalog.List(PluginKind.Transport));
        Assert.Equal([shared], _first.Catalog.List(PluginKind.Backplane));
        PluginException transport = Assert.Throws<PluginException>(() => _first.Catalog.Find(PluginKind.Transport, "foo"));
        Assert.Equal($"unknown transport 'foo': there are good (looked in {_first.Root})", transport.Message);
        PluginException backplane = Assert.Throws<PluginException>(() => _first.Catalog.Find(PluginKind.Backplane, "foo"));
        Assert.Equal($"unknown backplane 'foo': there are shared (looked in {_first.Root})", backplane.Message);
    }

    [Fact]
    public void Listing_loads_no_plugin()
    {
        PluginFolder folder = _first.Install("shared");
        _first.Catalog.List(PluginKind.Backplane);
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => !assembly.IsDynamic && Path.GetDirectoryName(assembly.Location) == folder.Directory);
    }

    [Fact]
    public void A_damaged_plugin_is_listed_as_a_transport_so_that_somebody_is_told()
    {
        PluginFolder garbage = _first.Create("garbage", "Garbage.dll");
        PluginFolder empty = _first.Create("empty");
        Assert.Equal([empty, garbage], _first.Catalog.List(PluginKind.Transport));
        Assert.Empty(_first.Catalog.List(PluginKind.Backplane));
    }

    [Fact]
    public void Without_any_transport_the_message_says_that_there_are_none()
    {
        PluginException e = Assert.Throws<PluginException>(() => _first.Catalog.Find(PluginKind.Transport, "foo"));
        Assert.Equal($"unknown transport 'foo': there are none (looked in {_first.Root})", e.Message);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("Select")]
    [InlineData("a/b")]
    public void An_invalid_name_is_not_searched(string name)
    {
        _first.Create("a/b");
        _first.Create("Select");
        _first.Create("plugins");
        _first.Create("outside");
        var catalog = new PluginCatalog([Path.Combine(_first.Root, "plugins")]);
        Assert.Throws<PluginException>(() => catalog.Find(PluginKind.Transport, name));
        Assert.Throws<PluginException>(() => _first.Catalog.Find(PluginKind.Transport, name));
    }

    [Fact]
    public void Folders_with_an_invalid_name_are_not_listed()
    {
        _first.Create(".git");
        _first.Create("Select");
        PluginFolder saea = _first.Create("saea-2");
        Assert.Equal([saea], _first.Catalog.List(PluginKind.Transport));
    }

    [Fact]
    public void A_default_folder_may_be_missing()
    {
        PluginFolder folder = _first.Create("select");
        var catalog = new PluginCatalog([Path.Combine(_first.Root, "nowhere"), _first.Root]);
        Assert.Equal(folder, catalog.Find(PluginKind.Transport, "select"));
        Assert.Equal([folder], catalog.List(PluginKind.Transport));
    }

    [Fact]
    public void The_tool_searches_its_own_folder_then_the_named_folders_then_the_users_data()
    {
        IReadOnlyList<string> roots = PluginCatalog.ForTool($"{_first.Root}{Path.PathSeparator}{_second.Root}").Roots;
        Assert.Equal([Path.Combine(AppContext.BaseDirectory, "plugins"), _first.Root, _second.Root], roots.Take(3));
        Assert.All(roots.Skip(3), root => Assert.EndsWith(Path.Combine("chatctl", "plugins"), root, StringComparison.Ordinal));
    }

    [Fact]
    public void A_named_folder_is_relative_to_the_working_directory()
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, _first.Root);
        Assert.Contains(_first.Root, PluginCatalog.ForTool(relative).Roots);
    }

    [Fact]
    public void A_named_folder_that_does_not_exist_is_an_error()
    {
        string missing = Path.Combine(_first.Root, "nowhere");
        PluginException e = Assert.Throws<PluginException>(() => PluginCatalog.ForTool(missing));
        Assert.Equal($"plugin folder '{missing}': it does not exist", e.Message);
    }

    [Fact]
    public void A_named_folder_that_is_a_file_is_an_error()
    {
        string file = Path.Combine(_first.Root, "file");
        File.WriteAllText(file, "");
        PluginException e = Assert.Throws<PluginException>(() => PluginCatalog.ForTool(file));
        Assert.Equal($"plugin folder '{file}': that is a file", e.Message);
    }
}
