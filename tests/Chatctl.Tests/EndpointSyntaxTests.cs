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
    [InlineData("::9000", "tcp://[::9000]:9000")]
    [InlineData("1::9000", "tcp://[1::9000]:9000")]
    [InlineData("fe80::1:ab", "tcp://[fe80::1:ab]:9000")]
    [InlineData("1:2:3:4:5:6:7:8", "tcp://[1:2:3:4:5:6:7:8]:9000")]
    [InlineData("::ffff:1.2.3.4", "tcp://[::ffff:1.2.3.4]:9000")]
    [InlineData("fe80::1%lo", "tcp://[fe80::1%lo]:9000")]
    [InlineData("[::1:9]", "tcp://[::1:9]:9000")]
    [InlineData("tcp://ops:7000", "tcp://ops:7000")]
    [InlineData("TCP://ops:7000/", "tcp://ops:7000")]
    [InlineData("tcp://[fe80::1]:7000", "tcp://[fe80::1]:7000")]
    [InlineData("tls://ops", "tls://ops:9443")]
    [InlineData("tls://ops:7000", "tls://ops:7000")]
    [InlineData("TLS://localhost/", "tls://localhost:9443")]
    [InlineData("tls://::1", "tls://[::1]:9443")]
    [InlineData("tls://[fe80::1]:7000", "tls://[fe80::1]:7000")]
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
    [InlineData("tls://")]
    [InlineData("tls://ops:65536")]
    [InlineData("tls:ops:7000")]
    [InlineData("[::1")]
    [InlineData("[::1]7000")]
    [InlineData("[ops]:7000")]
    [InlineData("o ps")]
    [InlineData("-ops")]
    [InlineData("unix:")]
    [InlineData("127.1:80")]
    public void A_text_that_is_not_an_endpoint_is_a_usage_error_that_names_the_forms(string text)
    {
        UsageException e = Assert.Throws<UsageException>(() => EndpointSyntax.Parse(text));
        Assert.StartsWith($"bad endpoint '{text}': ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(EndpointSyntax.Forms, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1:9", "[::1]:9, or [::1:9] without a port")]
    [InlineData("tcp://::1:9", "[::1]:9, or [::1:9] without a port")]
    [InlineData("tls://::1:9", "tls://[::1]:9, or tls://[::1:9] without a port")]
    [InlineData("fe80::1:9000", "[fe80::1]:9000, or [fe80::1:9000] without a port")]
    [InlineData("fe80::1%lo:9", "[fe80::1%lo]:9")]
    [InlineData(":::9000", "[::]:9000")]
    [InlineData("::1:65535", "[::1]:65535")]
    [InlineData("1:2:3:4:5:6:7:8:9", "[1:2:3:4:5:6:7:8]:9")]
    [InlineData("::1.2.3.4:80", "[::1.2.3.4]:80")]
    public void An_IPv6_address_and_a_port_without_brackets_are_refused_with_suggestions(string text, string meanings)
    {
        UsageException e = Assert.Throws<UsageException>(() => EndpointSyntax.Parse(text));
        Assert.Equal($"bad endpoint '{text}': brackets must show where the port begins: {meanings}; an endpoint is {EndpointSyntax.Forms}", e.Message);
    }

    [Theory]
    [InlineData("", "tcp://localhost:9000")]
    [InlineData("ops 7000", "tcp://ops:7000")]
    [InlineData("::1 7000", "tcp://[::1]:7000")]
    [InlineData("::1:9 7000", "tcp://[::1:9]:7000")]
    [InlineData("[::1] 7000", "tcp://[::1]:7000")]
    [InlineData("7000 7001", "tcp://localhost:7000 tcp://localhost:7001")]
    [InlineData("ops:1 7000", "tcp://ops:1 tcp://localhost:7000")]
    [InlineData("ops 1 dev 2", "tcp://ops:1 tcp://dev:2")]
    [InlineData("ops dev", "tcp://ops:9000 tcp://dev:9000")]
    [InlineData("tls://ops 7000", "tls://ops:9443 tcp://localhost:7000")]
    [InlineData("unix:a 7000", "unix:a tcp://localhost:7000")]
    public void A_number_after_a_lone_host_is_its_port(string arguments, string meaning) => Assert.Equal(
        meaning, string.Join(' ', EndpointSyntax.ParseAll(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused() =>
        Assert.Throws<UsageException>(() => EndpointSyntax.Parse("unix:/" + new string('x', 108)));

    [Fact]
    public void Localhost_is_loopback_without_a_resolver() =>
        Assert.Equal("127.0.0.1:7000", EndpointSyntax.Parse("LocalHost:7000").Resolve()[0].ToString());

    [Theory]
    [InlineData("[fe80::1%0]:7000", "tcp://[fe80::1]:7000")]
    [InlineData("[fe80::1%99]:7000", "tcp://[fe80::1%99]:7000")]
    public void The_scope_of_an_address_is_part_of_its_url(string text, string url) =>
        Assert.Equal(url, Endpoint.ToUrl(EndpointSyntax.Parse(text).Resolve()[0]));

    [Theory]
    [InlineData("[fe80::1%no-such]:7000", "no-such")]
    [InlineData("tcp://[fe80::1%no:such]:7000", "no:such")]
    public void An_address_on_an_interface_that_does_not_exist_is_not_taken_for_another_address(string text, string name)
    {
        ConnectionException e = Assert.Throws<ConnectionException>(() => EndpointSyntax.Parse(text).Resolve());
        Assert.EndsWith($"this machine has no interface '{name}'", e.Message, StringComparison.Ordinal);
    }
}
