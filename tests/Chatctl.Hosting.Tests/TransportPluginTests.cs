using System.Runtime.Loader;

namespace Chatctl.Hosting.Tests;

public sealed class TransportPluginTests : IDisposable
{
    private readonly Installation _installation = new();

    public void Dispose() => _installation.Dispose();

    [Fact]
    public void A_good_plugin_has_a_name_schemes_and_a_version()
    {
        PluginFolder folder = _installation.Install("good");
        var plugin = TransportPlugin.Load(folder);
        Assert.Equal("good", plugin.Name);
        Assert.Equal(["tcp", "unix"], plugin.Schemes);
        Assert.Equal(Path.Combine(folder.Directory, "Good.dll"), plugin.File);
        Assert.Equal(3, Version.Parse(plugin.Version).ToString().Split('.').Length);
    }

    [Fact]
    public void A_plugin_brings_its_libraries_and_no_library_of_the_tool()
    {
        PluginFolder folder = _installation.Install("good");
        Assert.Equal(
            ["Good.deps.json", "Good.dll", "Good.pdb", "Library.dll", "Library.pdb"],
            Directory.GetFiles(folder.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_plugin_and_its_library_are_loaded_from_its_folder_into_a_context_that_can_use_precompiled_code()
    {
        PluginFolder folder = _installation.Install("good");
        TransportPlugin.Load(folder);
        AssemblyLoadContext context = Assert.Single(AssemblyLoadContext.All, context => LoadedFrom(context, folder).Any());
        Assert.NotSame(AssemblyLoadContext.Default, context);
        Assert.False(context.IsCollectible);
        Assert.Equal(["Good.dll", "Library.dll"], LoadedFrom(context, folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_requested_plugin_is_loaded()
    {
        _installation.Install("good");
        PluginFolder other = _installation.Install("throws-in-constructor");
        TransportPlugin.Load(_installation.Catalog.Find(PluginKind.Transport, "good"));
        Assert.All(AssemblyLoadContext.All, context => Assert.Empty(LoadedFrom(context, other)));
    }

    [Fact]
    public void A_plugin_built_against_another_contract_is_refused_with_both_versions() => Fails(
        _installation.Install("other-contract"),
        "BuiltAgainstOtherContract.dll",
        $"it was built against version 9.1 of Chatctl.Abstractions, and this tool has {Contract}; it must be built again");

    [Fact]
    public void A_plugin_built_for_the_first_version_of_the_contract_is_refused_with_both_versions() => Fails(
        _installation.Install("first-contract"),
        "BuiltAgainstFirstContract.dll",
        $"it was built against version 0.1 of Chatctl.Abstractions, and this tool has {Contract}; it must be built again");

    [Fact]
    public void A_plugin_whose_library_was_built_for_the_first_version_is_refused_too() => Fails(
        _installation.Install("old-library"),
        "OldLibrary.dll",
        $"its library HelpsWithFirstContract was built against version 0.1 of Chatctl.Abstractions, and this tool has {Contract}; it must be built again");

    [Fact]
    public void The_message_of_a_constructor_that_throws_is_one_line()
    {
        PluginException e = Fails(
            _installation.Install("throws-in-constructor"), "ThrowsInConstructor.dll", "the constructor of ThrowsInConstructor.Plugin failed: no mood");
        Assert.NotNull(e.InnerException);
    }

    [Fact]
    public void A_missing_dependency_is_named() =>
        Fails(_installation.Install("missing-dependency"), "MissingDependency.dll", $"it needs Library {ThisVersion}, which cannot be found");

    [Fact]
    public void An_assembly_without_the_attribute_is_not_a_plugin() => Fails(
        _installation.Install("no-attribute"), "NoAttribute.dll", "the assembly has no TransportPlugin attribute, which names its plugin class");

    [Fact]
    public void A_class_that_does_not_implement_the_contract_is_named() =>
        Fails(_installation.Install("wrong-type"), "WrongType.dll", "WrongType.Plugin does not implement ITransportPlugin");

    [Fact]
    public void A_name_that_is_not_the_folders_is_an_error() =>
        Fails(_installation.Install("wrong-name"), "WrongName.dll", "its name is 'another', and its folder's name is 'wrong-name'; the two must be the same");

    [Fact]
    public void A_file_that_is_not_an_assembly_is_an_error() =>
        Fails(_installation.Create("garbage", "Garbage.dll"), "Garbage.dll", "it is not a .NET assembly, or a damaged one");

    [Fact]
    public void An_assembly_that_does_not_use_the_contract_is_an_error()
    {
        PluginFolder folder = _installation.Create("stranger");
        File.Copy(typeof(FactAttribute).Assembly.Location, Path.Combine(folder.Directory, "Stranger.dll"));
        Fails(folder, "Stranger.dll", "it is not a chatctl plugin: it does not use Chatctl.Abstractions");
    }

    private static string Contract => typeof(ITransportPlugin).Assembly.GetName().Version!.ToString(2);

    private static string ThisVersion => typeof(TransportPluginTests).Assembly.GetName().Version!.ToString();

    private static PluginException Fails(PluginFolder folder, string file, string reason)
    {
        PluginException e = Assert.Throws<PluginException>(() => TransportPlugin.Load(folder));
        Assert.Equal($"plugin '{folder.Name}' ({Path.Combine(folder.Directory, file)}): {reason}", e.Message);
        return e;
    }

    private static IEnumerable<string?> LoadedFrom(AssemblyLoadContext context, PluginFolder folder) => context.Assemblies
        .Where(assembly => !assembly.IsDynamic && Path.GetDirectoryName(assembly.Location) == folder.Directory)
        .Select(assembly => Path.GetFileName(assembly.Location));
}
