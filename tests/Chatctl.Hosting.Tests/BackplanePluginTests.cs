using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Hosting.Tests;

public sealed class BackplanePluginTests : IDisposable
{
    private readonly Installation _installation = new();

    public void Dispose() => _installation.Dispose();

    [Fact]
    public void A_backplane_has_a_name_schemes_and_a_version()
    {
        PluginFolder folder = _installation.Install("shared");
        var plugin = BackplanePlugin.Load(folder);
        Assert.Equal("shared", plugin.Name);
        Assert.Equal(["shared", "shareds"], plugin.Schemes);
        Assert.Equal(Path.Combine(folder.Directory, "Shared.dll"), plugin.File);
        Assert.Equal(3, Version.Parse(plugin.Version).ToString().Split('.').Length);
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("shareds")]
    public void A_backplane_is_found_by_each_of_its_schemes(string scheme)
    {
        _installation.Install("good");
        _installation.Install("shared");
        Assert.Equal("shared", BackplanePlugin.ForScheme(_installation.Catalog, scheme).Name);
    }

    [Fact]
    public void The_message_for_an_unknown_scheme_lists_the_known_backplanes()
    {
        _installation.Install("good");
        _installation.Install("shared");
        PluginException e = Assert.Throws<PluginException>(() => BackplanePlugin.ForScheme(_installation.Catalog, "good"));
        Assert.Equal($"unknown backplane 'good': there are shared (looked in {_installation.Root})", e.Message);
    }

    [Fact]
    public void A_factory_is_given_the_hosts_loggers_and_time()
    {
        using var host = new BackplaneHost(BackplanePlugin.Load(_installation.Install("shared")), NullLoggerFactory.Instance, new FakeTimeProvider());
        Assert.Equal("NullLoggerFactory FakeTimeProvider", host.Factory.ToString());
    }

    [Fact]
    public void A_backplane_is_no_transport()
    {
        PluginFolder folder = _installation.Install("shared");
        PluginException e = Assert.Throws<PluginException>(() => TransportPlugin.Load(folder));
        Assert.Equal($"plugin 'shared' ({Path.Combine(folder.Directory, "Shared.dll")}): it brings a backplane, and not a transport", e.Message);
    }

    [Fact]
    public void A_transport_is_no_backplane()
    {
        PluginFolder folder = _installation.Install("good");
        PluginException e = Assert.Throws<PluginException>(() => BackplanePlugin.Load(folder));
        Assert.Equal($"plugin 'good' ({Path.Combine(folder.Directory, "Good.dll")}): it brings a transport, and not a backplane", e.Message);
    }
}
