using Chatctl.Cli;
using Chatctl.Hosting;
using Chatctl.Serve;

namespace Chatctl.Tests.Serve;

public sealed class TransportLookupTests
{
    [Fact]
    public void A_transport_in_lower_case_is_suggested_for_a_name_with_capital_letters()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["mine"]);
        UsageException e = Assert.Throws<UsageException>(() => new PluginCatalog([folder.Root]).Named("Mine"));
        Assert.Equal("unknown transport 'Mine': names of transports are in lower case; did you mean 'mine'?", e.Message);
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("Mine")]
    public void A_plugin_folder_with_capital_letters_is_named(string name)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["Mine"]);
        UsageException e = Assert.Throws<UsageException>(() => new PluginCatalog([folder["none"], folder.Root]).Named(name));
        Assert.Equal($"unknown transport '{name}': plugin folders have lower-case names; rename {folder["Mine"]} to mine, and ask for 'mine'", e.Message);
    }

    [Fact]
    public void A_name_that_nothing_resembles_is_an_error_of_the_catalogue()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<PluginException>(() => new PluginCatalog([folder.Root]).Named("zzz"));
    }
}
