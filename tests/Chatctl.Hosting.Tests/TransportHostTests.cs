using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Hosting.Tests;

public sealed class TransportHostTests : IDisposable
{
    private readonly Installation _installation = new();

    public void Dispose() => _installation.Dispose();

    [Fact]
    public void A_factory_is_given_the_hosts_loggers_and_time()
    {
        using TransportHost host = Compose(_installation.Install("good"));
        Assert.Equal("NullLoggerFactory FakeTimeProvider", host.Factory("good").ToString());
    }

    [Fact]
    public void A_host_can_have_several_transports_each_under_its_name()
    {
        using TransportHost host = Compose(_installation.Install("good"), _installation.Install("wrong-name", "another"));
        Assert.Equal("another factory", host.Factory("another").ToString());
        Assert.Equal("NullLoggerFactory FakeTimeProvider", host.Factory("good").ToString());
        Assert.Same(host.Factory("good"), host.Factory("good"));
        Assert.Throws<KeyNotFoundException>(() => host.Factory("missing"));
    }

    [Fact]
    public void Disposing_the_host_disposes_the_transports_services_and_not_its_own_arguments()
    {
        using var loggers = new WatchedLoggerFactory();
        var plugin = TransportPlugin.Load(_installation.Install("good"));
        IBroadcastServerFactory factory;
        using (var host = new TransportHost([plugin], loggers, new FakeTimeProvider()))
        {
            factory = host.Factory("good");
        }

        Assert.Equal("disposed", factory.ToString());
        Assert.False(loggers.IsDisposed);
    }

    [Fact]
    public void The_message_of_a_register_that_throws_has_the_cause()
    {
        PluginFolder folder = _installation.Install("throws-in-register");
        Fails(folder, "ThrowsInRegister.dll", "registering its services failed: no room");
    }

    [Fact]
    public void A_plugin_that_registers_no_factory_is_an_error() =>
        Fails(_installation.Install("no-factory"), "NoFactory.dll", "it registers no IBroadcastServerFactory under the key 'no-factory'");

    [Fact]
    public void The_message_of_a_factory_that_cannot_be_made_has_the_cause()
    {
        PluginFolder folder = _installation.Install("throws-in-factory");
        using TransportHost host = Compose(folder);
        PluginException e = Assert.Throws<PluginException>(() => host.Factory("throws-in-factory"));
        Assert.Equal(
            $"plugin 'throws-in-factory' ({Path.Combine(folder.Directory, "ThrowsInFactory.dll")}): its factory cannot be made: not on this machine",
            e.Message);
    }

    private static void Fails(PluginFolder folder, string file, string reason)
    {
        PluginException e = Assert.Throws<PluginException>(() => Compose(folder));
        Assert.Equal($"plugin '{folder.Name}' ({Path.Combine(folder.Directory, file)}): {reason}", e.Message);
    }

    private static TransportHost Compose(params PluginFolder[] folders) =>
        new(folders.Select(TransportPlugin.Load), NullLoggerFactory.Instance, new FakeTimeProvider());

    private sealed class WatchedLoggerFactory : ILoggerFactory
    {
        public bool IsDisposed { get; private set; }

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

        public void Dispose() => IsDisposed = true;
    }
}
