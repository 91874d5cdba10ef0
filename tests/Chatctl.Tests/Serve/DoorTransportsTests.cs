using Chatctl.Cli;
using Chatctl.Hosting;
using Chatctl.Serve;

namespace Chatctl.Tests.Serve;

/// <summary>Which transport a door gets, with the plugins of the tool.</summary>
public sealed class DoorTransportsTests
{
    [Theory]
    [InlineData("9000 tls://:1 unix:/run/a", null, "select tls select")]
    [InlineData("9000 tls://:1 unix:/run/a", "async", "async tls async")]
    [InlineData("tls://:1 saea+tcp://:2", "tls", "tls saea")]
    [InlineData("tls+tls://:1", "async", "tls")]
    public void A_door_has_the_transport_that_is_named_if_that_speaks_what_the_door_does(string arguments, string? asked, string transports)
    {
        var choice = new DoorTransports(Plugins, asked);
        IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(arguments.Split(' '), choice.For);
        Assert.Equal(transports, string.Join(' ', doors.Select(door => door.Transport)));
        Assert.Equal(transports.Split(' ').Distinct(), choice.Load(doors).Select(plugin => plugin.Name));
    }

    [Theory]
    [InlineData("9000", "tls")]
    [InlineData("tls+tcp://:1", null)]
    [InlineData("tls+unix:/run/a", null)]
    [InlineData("select+tls://:1", null)]
    public void A_door_that_its_transport_cannot_open_is_refused(string arguments, string? asked)
    {
        var choice = new DoorTransports(Plugins, asked);
        IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(arguments.Split(' '), choice.For);
        Assert.Throws<UsageException>(() => choice.Load(doors));
    }

    private static PluginCatalog Plugins => new([Path.Combine(Path.GetDirectoryName(ToolProcess.Executable)!, "plugins")]);
}
