using Chatctl.Cli;
using Chatctl.Serve;

namespace Chatctl.Tests;

public sealed class RoomDoorTests
{
    [Theory]
    [InlineData("", "select tcp://localhost:9000")]
    [InlineData("9001", "select tcp://localhost:9001")]
    [InlineData("saea+tcp://:9001", "saea tcp://localhost:9001")]
    [InlineData("saea+unix:/run/chat.sock", "saea unix:/run/chat.sock")]
    [InlineData("unix:/a+b:c", "select unix:/a+b:c")]
    [InlineData("ops 9001 async+tcp://[::1]:1 ops", "select tcp://ops:9001, async tcp://[::1]:1, select tcp://ops:9000")]
    [InlineData("tls://ops async+tls://:1", "select tls://ops:9443, async tls://localhost:1")]
    [InlineData("async+tcp://:1 9002 saea+tcp://:3", "async tcp://localhost:1, select tcp://localhost:9002, saea tcp://localhost:3")]
    public void A_door_is_an_endpoint_and_perhaps_a_transport(string arguments, string expected)
    {
        IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), _ => "select");
        Assert.Equal(expected, string.Join(", ", doors.Select(door => $"{door.Transport} {door.Endpoint}")));
    }

    [Theory]
    [InlineData("[::]:9000", "[::]:9000 0.0.0.0:9000")]
    [InlineData("select+tcp://[0::0]:0", "[::]:0 0.0.0.0:0")]
    [InlineData("[::]:9000 9000", "[::]:9000 0.0.0.0:9000")]
    [InlineData("[::]:9000 0.0.0.0:9001", "[::]:9000 0.0.0.0:9000")]
    [InlineData("[::]:9000 [::]:9001 0.0.0.0:9001", "[::]:9000 0.0.0.0:9000")]
    [InlineData("[::]:9000 0.0.0.0:9000", "[::]:9000")]
    [InlineData("[::]:0 0.0.0.0:0", "[::]:0")]
    [InlineData("[::]:9000 saea+tcp://0.0.0.0:9000", "[::]:9000")]
    [InlineData("[::]:9000 127.0.0.1:9000", "[::]:9000")]
    [InlineData("[::1]:9000", "[::1]:9000")]
    [InlineData("0.0.0.0:9000", "0.0.0.0:9000")]
    public void Every_address_of_IPv6_is_every_address_of_IPv4_too_unless_one_is_given_for_the_port(string arguments, string addressesOfTheFirst)
    {
        IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(arguments.Split(' '), _ => "select");
        Assert.Equal(addressesOfTheFirst, string.Join(' ', doors[0].Resolve(doors)));
    }

    [Theory]
    [InlineData("saea+9000")]
    [InlineData("+tcp://:9000")]
    [InlineData("saea+http://:9000")]
    [InlineData("saea+async+tcp://:9000")]
    public void A_text_that_is_not_a_door_is_refused(string argument) =>
        Assert.Throws<UsageException>(() => RoomDoor.ParseAll([argument], _ => "select"));
}
