using Chatctl.Hosting.Tests;

namespace Chatctl.Tests.Serve;

/// <summary>A command line, a configuration or a plugin that <c>serve</c> cannot use: one line on standard error, nothing on standard output, exit code 2.</summary>
public sealed class MistakeTests
{
    [Theory]
    [InlineData("unknown option '--zzz' (try: chatctl serve --help)", "serve --zzz")]
    [InlineData("unknown option '--ecko'; did you mean '--echo'?", "serve --ecko")]
    [InlineData("--max-line: the value is missing; it must be a size such as 64k or 8m", "serve --max-line")]
    [InlineData("--transport: the value is missing; it must be a text in UTF-8", "serve 0 -t")]
    [InlineData("--max-line: '12q' is not a size such as 64k or 8m", "serve --max-line 12q")]
    [InlineData("--max-line: 0 is out of range: from 2 bytes to 1g", "serve --max-line 0")]
    [InlineData("--buffer: -1 is out of range: from 1 byte to 1024g", "serve --buffer=-1")]
    [InlineData("--transport: the value is empty; it must be a text in UTF-8", "serve|-t|")]
    [InlineData("--transport: the value is empty; it must be a text in UTF-8", "serve|--transport=")]
    [InlineData("--plugins: the value is empty; it must be a text in UTF-8", "serve|--plugins|")]
    [InlineData("--plugins: the value is empty; it must be a text in UTF-8", "transports|--plugins|")]
    [InlineData("--transports: the value is empty; it must be a text in UTF-8", "bench|--transports|")]
    [InlineData("--tee: the value is empty; it must be a text in UTF-8", "connect|--tee|")]
    [InlineData("--max-line: the value is empty; it must be a size such as 64k or 8m", "serve|--max-line|")]
    [InlineData("--stall-timeout: 'soon' is not a duration such as 500ms, 10s or 5m", "serve --stall-timeout soon")]
    [InlineData("--drain-timeout: 25000h is out of range: from 0 to 576h", "serve --drain-timeout 25000h")]
    [InlineData("--stall-timeout: 0 is out of range: more than 0, at most 576h", "serve --stall-timeout 0")]
    [InlineData("--keepalive: 'never' is not a duration such as 500ms, 10s or 5m, or off", "serve --keepalive never")]
    [InlineData("--max-clients: 0 is out of range: 1 or more", "serve --max-clients 0")]
    [InlineData("--allow: '10.0.0.0/33' is not an address or a network such as 10.0.0.0/8", "serve --allow 10.0.0.0/33")]
    [InlineData("--deny: 'ops' is not an address or a network such as 10.0.0.0/8", "serve --deny ::1 --deny 10.0.0.1,ops")]
    [InlineData("--framing: 'words' is not one of line, nul, raw", "serve --framing words")]
    [InlineData("--slow: 'never' is not one of wait, skip, disconnect", "serve --slow never")]
    [InlineData("--rate: 0 is out of range: from 1 to 1099511627776", "serve --rate 0")]
    [InlineData("--rate: 9999999999999 is out of range: from 1 to 1099511627776", "serve --rate 9999999999999")]
    [InlineData("--byte-rate: 'fast' is not a size such as 64k or 8m", "serve --byte-rate fast")]
    [InlineData("--idle-timeout: 'never' is not a duration such as 500ms, 10s or 5m", "serve --idle-timeout never")]
    [InlineData("--idle-timeout: 0 is out of range: more than 0, at most 576h", "serve --idle-timeout 0")]
    [InlineData("--framing: '1' is not one of line, nul, raw", "serve --framing 1")]
    [InlineData("--max-line: 1 is out of range: from 2 bytes to 1g", "serve --max-line 1")]
    [InlineData("--max-line: 2g is out of range: from 2 bytes to 1g", "serve --max-line 2g")]
    [InlineData("--buffer: 1k is out of range: from 1048576 (16 times --max-line) to 16g", "serve --buffer 1k")]
    [InlineData("--max-unfinished: 1k is out of range: at least 65536 (one line of --max-line)", "serve --max-unfinished 1k")]
    [InlineData("--max-unfinished: 0 is out of range: from 1 byte to 1024g", "serve --max-unfinished 0")]
    [InlineData("--buffer: the default is out of range: from 167772160 (16 times --max-line) to 16g", "serve --max-line 10m")]
    [InlineData("--coalesce: 2s is out of range: more than 0, at most 1s", "serve --coalesce 2s")]
    [InlineData("unknown transport 'SELECT': names of transports are in lower case; did you mean 'select'?", "serve -t SELECT")]
    [InlineData("--quiet and --verbose exclude each other", "serve --quiet --verbose")]
    [InlineData("--quiet and --verbose exclude each other", "serve -q -v")]
    [InlineData("bad endpoint '99999': '99999' is not a port (0 to 65535)", "serve 99999")]
    [InlineData("bad endpoint 'localhost:x': 'x' is not a port (0 to 65535)", "serve localhost:x")]
    [InlineData("bad endpoint 'http://localhost': unknown scheme 'http'", "serve http://localhost")]
    [InlineData("bad endpoint 'unix:': the path is missing", "serve unix:")]
    [InlineData("tls://localhost:9443 needs --cert, the certificate that the server shows; 'chatctl cert' makes one", "serve 0 tls://localhost")]
    [InlineData("--cert is for an endpoint with TLS, such as tls://:9443, and there is none", "serve 0 --cert server.pem")]
    [InlineData("--client-ca is for an endpoint with TLS, such as tls://:9443, and there is none", "serve 0 --client-ca ca.pem")]
    [InlineData("cannot use nowhere/server.pem: there is no such file", "serve tls://:0 --cert nowhere/server.pem")]
    [InlineData("the transport 'tls' cannot listen at tcp://localhost:0: its endpoints begin with tls:", "serve -t tls 0")]
    [InlineData("the transport 'select' cannot listen at tls://localhost:0: its endpoints begin with tcp: or unix:", "serve select+tls://:0 --cert server.pem")]
    [InlineData("bad endpoint '::1:9': brackets must show where the port begins: [::1]:9, or [::1:9] without a port", "serve ::1:9")]
    [InlineData("bad endpoint 'tcp://::1:9': brackets must show where the port begins: [::1]:9, or [::1:9] without a port", "serve select+tcp://::1:9")]
    [InlineData("bad endpoint '::1:9': brackets must show where the port begins: [::1]:9, or [::1:9] without a port", "connect ::1:9")]
    [InlineData("bad endpoint '[::1': an IPv6 address goes in brackets, [V6]:PORT", "serve [::1")]
    [InlineData("bad endpoint 'a b:1': 'a b' is neither a host name nor an IP address", "serve|a b:1")]
    [InlineData("bad endpoint '-z': '-z' is neither a host name nor an IP address", "serve 0 -- -z")]
    [InlineData("unknown transport 'zzz': there are ", "serve -t zzz")]
    [InlineData("unknown transport '../select': there are ", "serve -t ../select")]
    [InlineData("plugin folder '/nowhere/at/all': it does not exist", "serve --plugins /nowhere/at/all")]
    [InlineData("plugin folder '/nowhere/at/all': it does not exist", "transports --plugins /nowhere/at/all")]
    [InlineData("plugin folder '/dev/null': that is a file", "serve --plugins /dev/null")]
    public async Task A_mistake_gets_one_line(string message, string commandLine)
    {
        using var tool = ToolProcess.Start(commandLine.Split(commandLine.Contains('|', StringComparison.Ordinal) ? '|' : ' '));
        AssertRefused(message, await tool.FinishAsync());
    }

    [Theory]
    [InlineData("CHATCTL_ECHO", "maybe", "CHATCTL_ECHO: 'maybe' is not yes or no")]
    [InlineData("CHATCTL_MAX_LINE", "long", "CHATCTL_MAX_LINE: 'long' is not a size such as 64k or 8m")]
    [InlineData("CHATCTL_TRANSPORT", "zzz", "unknown transport 'zzz'")]
    [InlineData("CHATCTL_PLUGINS", "/nowhere/at/all", "plugin folder '/nowhere/at/all': it does not exist")]
    public async Task A_mistake_in_the_environment_gets_one_line_too(string variable, string value, string message)
    {
        using var tool = ToolProcess.Start(new Dictionary<string, string> { [variable] = value }, "serve", "127.0.0.1:0");
        AssertRefused(message, await tool.FinishAsync());
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_a_unix_socket_is_refused()
    {
        string endpoint = $"unix:/tmp/{new string('x', 120)}";
        using var tool = ToolProcess.Start("serve", endpoint);
        AssertRefused($"bad endpoint '{endpoint}': a Unix socket's path is at most 10", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("throws-in-constructor", "the constructor of ThrowsInConstructor.Plugin failed: no mood")]
    [InlineData("throws-in-register", "registering its services failed: no room")]
    [InlineData("throws-in-factory", "its factory cannot be made: not on this machine")]
    [InlineData("other-contract", "it was built against version ")]
    [InlineData("missing-dependency", "it needs Library ")]
    [InlineData("no-attribute", "the assembly has no TransportPlugin attribute")]
    [InlineData("no-factory", "it registers no IBroadcastServerFactory under the key 'no-factory'")]
    [InlineData("wrong-type", "does not implement ITransportPlugin")]
    public async Task A_plugin_that_cannot_be_used_is_refused(string name, string reason)
    {
        using var installation = new Installation();
        installation.Install(name);
        using var tool = ToolProcess.Start("serve", "127.0.0.1:0", "-t", name, "--plugins", installation.Root);
        ToolResult result = await tool.FinishAsync();
        AssertRefused(reason, result);
        Assert.StartsWith($"chatctl: plugin '{name}' ({Path.Combine(installation.Root, name)}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_folder_without_a_plugin_is_refused()
    {
        using var installation = new Installation();
        installation.Create("empty");
        using var tool = ToolProcess.Start("serve", "127.0.0.1:0", "-t", "empty", "--plugins", installation.Root);
        AssertRefused($"plugin 'empty' ({Path.Combine(installation.Root, "empty")}): the folder holds no .dll", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_folder_of_plugins_that_cannot_be_read_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Restrict(UnixFileMode.None);
        using var tool = ToolProcess.Unprivileged("serve", "127.0.0.1:0", "--plugins", folder.Root);
        AssertRefused($"plugin folder '{folder.Root}': it cannot be read", await tool.FinishAsync());
    }

    private static void AssertRefused(string message, ToolResult result)
    {
        Connect.EndingTests.AssertOneLine(message, result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task A_working_directory_that_does_not_exist_any_more_gets_one_line()
    {
        using var folder = new TemporaryFolder();
        using var tool = ToolProcess.Shell("mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && exec \"$CHATCTL\" serve 127.0.0.1:0", folder["gone"]);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal("chatctl: the working directory does not exist any more: change to one that does\n", result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(2, result.ExitCode);
    }
}
