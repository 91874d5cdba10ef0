using System.Reflection;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>How the tool finds a transport.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public void Its_name_is_a_valid_folder_name()
    {
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", Plugin.Name);
        Assert.Equal(Plugin.Name, Plugin.Name);
    }

    [Fact]
    public void Its_assembly_names_it_as_the_plugin()
    {
        Type plugin = Plugin.GetType();
        Assert.Equal(plugin, plugin.Assembly.GetCustomAttribute<TransportPluginAttribute>()?.PluginType);
        Assert.NotNull(plugin.GetConstructor(Type.EmptyTypes));
    }

    [Fact]
    public void Its_schemes_match_its_capabilities()
    {
        Assert.Equal(Has(TransportCapabilities.Tcp), Plugin.Schemes.Contains("tcp") || Plugin.Schemes.Contains("tls"));
        Assert.Equal(Has(TransportCapabilities.UnixSockets), Plugin.Schemes.Contains("unix"));
    }

    [Fact]
    public async Task Its_factory_makes_servers_that_are_independent_of_each_other()
    {
        await using Relay one = await OpenAsync(), other = await OpenAsync();
        using Peer speaker = await one.JoinAsync(), listener = await one.JoinAsync(), stranger = await other.JoinAsync(), local = await other.JoinAsync();
        await speaker.SendAsync("in the one room\n");
        await listener.HearsAsync("in the one room\n");
        await local.SendAsync("in the other\n");
        await stranger.HearsAsync("in the other\n");
    }
}
