using Chatctl.Cli;
using Chatctl.Endpoints;

namespace Chatctl.Tests;

public sealed class EndpointSyntaxTests
{
    [Theory]
    [InlineData("7000", "tcp://localhost:7000")]
    [InlineData(":7000", "tcp://localhost:7000")]
    [InlineData("ops", "tcp://ops:9000")]
    [InlineData("ops:7000", "tcp://ops:7000")]
    [InlineData("ops.example.org:0", "tcp://ops.example.org:0")]
    [InlineData("10.0.0.1", "tcp://10.0.0.1:9000")]
    [InlineData("0.0.0.0:65535", "tcp://0.0.0.0:65535")]
    [InlineData("[::1]:7000", "tcp://[::1]:7000")]
    [InlineData("[::1]", "tcp://[::1]:9000")]
    [InlineData("::1", "tcp://[::1]:9000")]
    [InlineData("tcp://ops:7000", "tcp://ops:7000")]
    [InlineData("TCP://ops:7000/", "tcp://ops:7000")]
    [InlineData("tcp://[fe80::1]:7000", "tcp://[fe80::1]:7000")]
    [InlineData("unix:/run/room.sock", "unix:/run/room.sock")]
    [InlineData("unix:///run/room.sock", "unix:/run/room.sock")]
    [InlineData("unix:room.sock", "unix:room.sock")]
    [InlineData("unix:////run/room.sock", "unix:////run/room.sock")]
    public void An_endpoint_has_many_forms(string text, string meaning) => Assert.Equal(meaning, EndpointSyntax.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("65536")]
    [InlineData("ops:")]
    [InlineData("ops:x")]
    [InlineData("ops:-1")]
    [InlineData("ops: 1")]
    [InlineData("ops:99999999999999999999")]
    [InlineData("http://ops")]
    [InlineData("tcp://")]
    [InlineData("[::1")]
    [InlineData("[::1]7000")]
    [InlineData("[ops]:7000")]
    [InlineData("o ps")]
    [InlineData("-ops")]
    [InlineData("unix:")]
    [InlineData("127.1:80")]
    public void What_is_not_an_endpoint_is_a_usage_error_that_names_the_forms(string text)
    {
        UsageException e = Assert.Throws<UsageException>(() => EndpointSyntax.Parse(text));
        Assert.StartsWith($"bad endpoint '{text}': ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(EndpointSyntax.Forms, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "tcp://localhost:9000")]
    [InlineData("ops 7000", "tcp://ops:7000")]
    [InlineData("::1 7000", "tcp://[::1]:7000")]
    [InlineData("[::1] 7000", "tcp://[::1]:7000")]
    [InlineData("7000 7001", "tcp://localhost:7000 tcp://localhost:7001")]
    [InlineData("ops:1 7000", "tcp://ops:1 tcp://localhost:7000")]
    [InlineData("ops 1 dev 2", "tcp://ops:1 tcp://dev:2")]
    [InlineData("ops dev", "tcp://ops:9000 tcp://dev:9000")]
    [InlineData("unix:a 7000", "unix:a tcp://localhost:7000")]
    public void A_number_after_a_lone_host_is_its_port(string arguments, string meaning) => Assert.Equal(
        meaning, string.Join(' ', EndpointSyntax.ParseAll(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused() =>
        Assert.Throws<UsageException>(() => EndpointSyntax.Parse("unix:/" + new string('x', 108)));

    [Fact]
    public void Localhost_is_loopback_without_a_resolver() =>
        Assert.Equal("127.0.0.1:7000", EndpointSyntax.Parse("LocalHost:7000").Resolve()[0].ToString());
}
