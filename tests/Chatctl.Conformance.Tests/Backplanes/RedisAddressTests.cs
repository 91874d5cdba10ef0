using Chatctl.Backplane.Redis;

namespace Chatctl.Conformance.Tests.Backplanes;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://127.0.0.1:6379/main", "main", "127.0.0.1:6379", false, null)]
    [InlineData("redis://127.0.0.1", "main", "127.0.0.1:6379", false, null)]
    [InlineData("redis://127.0.0.1/", "main", "127.0.0.1:6379", false, null)]
    [InlineData("redis://ann@127.0.0.1:7000/Team-1.x", "Team-1.x", "127.0.0.1:7000", false, "ann")]
    [InlineData("redis://a%40b@127.0.0.1/r", "r", "127.0.0.1:6379", false, "a@b")]
    [InlineData("rediss://127.0.0.1/r", "r", "127.0.0.1:6380", true, null)]
    [InlineData("redis://127.0.0.1/r?ssl=true", "r", "127.0.0.1:6380", true, null)]
    [InlineData("redis://[::1]:7000/r", "r", "[::1]:7000", false, null)]
    public void An_address_says_where_the_log_is(string text, string room, string host, bool isEncrypted, string? user)
    {
        var address = RedisAddress.Parse(text, "secret");
        Assert.Equal(room, address.Room);
        address.Options.SetDefaultPorts();
        Assert.Equal(host, Assert.Single(address.Options.EndPoints).ToString());
        Assert.Equal(isEncrypted, address.Options.Ssl);
        Assert.Equal(user, address.Options.User);
        Assert.Equal("secret", address.Options.Password);
    }

    [Fact]
    public void An_address_may_have_several_hosts_and_options()
    {
        var address = RedisAddress.Parse("redis://127.0.0.1:7000,127.0.0.2:7001/r?serviceName=mymaster&connectTimeout=1500", null);
        Assert.Equal(["127.0.0.1:7000", "127.0.0.2:7001"], address.Options.EndPoints.Select(host => $"{host}"));
        Assert.Equal("mymaster", address.Options.ServiceName);
        Assert.Equal(1500, address.Options.ConnectTimeout);
        Assert.Equal("redis://127.0.0.1:7000,127.0.0.2:7001/r", address.Text);
    }

    [Theory]
    [InlineData("redis://ann:hunter2@127.0.0.1/main")]
    [InlineData("redis://:hunter2@127.0.0.1/main")]
    [InlineData("redis://127.0.0.1/main?password=hunter2")]
    [InlineData("redis://127.0.0.1/main?ssl=true&pass%77ord=hunter2")]
    [InlineData("redis://127.0.0.1/main?sentinelPassword=hunter2")]
    public void A_password_in_the_address_is_refused_and_not_repeated(string text)
    {
        BackplaneException e = Assert.Throws<BackplaneException>(() => RedisAddress.Parse(text, null));
        Assert.Equal("the backplane's address has a password in it, which others could see; give the password apart from the address", e.Message);
    }

    [Theory]
    [InlineData("http://127.0.0.1/", "the backplane's address 'http://127.0.0.1/' is not of the form redis://HOST:PORT/ROOM")]
    [InlineData("127.0.0.1:6379", "the backplane's address '127.0.0.1:6379' is not of the form redis://HOST:PORT/ROOM")]
    [InlineData("redis://", "the backplane's address 'redis://' is not of the form redis://HOST:PORT/ROOM")]
    [InlineData("redis:///main", "the backplane's address 'redis:///main' is not of the form redis://HOST:PORT/ROOM")]
    [InlineData("redis://,/main", "the backplane's address 'redis://,/main' names no host")]
    [InlineData("redis://h/a b", "the room in the backplane's address 'redis://h/a b' may have letters, digits, '.', '_' and '-', at most 100 of them")]
    [InlineData("redis://h/a/b", "the room in the backplane's address 'redis://h/a/b' may have letters, digits, '.', '_' and '-', at most 100 of them")]
    [InlineData("redis://h/r?colour=red", "the backplane's address 'redis://h/r' cannot be used: Keyword 'colour' is not supported")]
    [InlineData("redis://h/r?ssl", "the option 'ssl' of the backplane 'redis://h/r' is not of the form NAME=VALUE, without a comma")]
    [InlineData("redis://h/r?name=a,ssl=true", "the option 'name=a,ssl=true' of the backplane 'redis://h/r' is not of the form NAME=VALUE, without a comma")]
    [InlineData("redis://h:99999/r", "the backplane's address 'redis://h:99999/r' cannot be used: the port of 'h:99999' is not a number from 1 to 65535")]
    [InlineData("redis://h:x/r", "the backplane's address 'redis://h:x/r' cannot be used: the port of 'h:x' is not a number from 1 to 65535")]
    [InlineData("redis://h=x/r", "the backplane's address 'redis://h=x/r' cannot be used: 'h=x' is not a host")]
    public void A_wrong_address_is_refused_in_one_line(string text, string message)
    {
        BackplaneException e = Assert.Throws<BackplaneException>(() => RedisAddress.Parse(text, null));
        Assert.Equal(message, e.Message);
    }
}
