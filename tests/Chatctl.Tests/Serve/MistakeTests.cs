using Chatctl.Hosting.Tests;

namespace Chatctl.Tests.Serve;

/// <summary>What a server says of a command line, a configuration or a plugin that it cannot do with: one line, nothing on standard output, exit code 2.</summary>
public sealed class MistakeTests
{
    [Theory]
    [InlineData("unknown option '--zzz' (try: chatctl serve --help)", "serve --zzz")]
    [InlineData("unknown option '--ecko'; did you mean '--echo'?", "serve --ecko")]
    [InlineData("missing value for option 'max-line' (try: chatctl serve --help)", "serve --max-line")]
    [InlineData("missing value for option 't' (try: chatctl serve --help)", "serve 0 -t")]
    [InlineData("--max-line: '12q' is not a size such as 64k or 8m", "serve --max-line 12q")]
    [InlineData("--max-line: 0 is out of range: from 1 byte to 1024g", "serve --max-line 0")]
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
    [InlineData("the stall timeout must be longer than nothing", "serve --stall-timeout 0")]
    [InlineData("--keepalive: 'never' is not a duration such as 500ms, 10s or 5m, or off", "serve --keepalive never")]
    [InlineData("--max-clients: 0 is out of range: 1 or more", "serve --max-clients 0")]
    [InlineData("--allow: '10.0.0.0/33' is not an address or a network such as 10.0.0.0/8", "serve --allow 10.0.0.0/33")]
    [InlineData("--deny: 'ops' is not an address or a network such as 10.0.0.0/8", "serve --deny ::1 --deny 10.0.0.1,ops")]
    [InlineData("--framing: 'words' is not one of line, nul, raw", "serve --framing words")]
    [InlineData("--slow: 'never' is not one of wait, skip, disconnect", "serve --slow never")]
    [InlineData("--rate: 0 is out of range: 1 or more", "serve --rate 0")]
    [InlineData("a rate must be from 1 to 1099511627776 a second", "serve --rate 9999999999999")]
    [InlineData("--byte-rate: 'fast' is not a size such as 64k or 8m", "serve --byte-rate fast")]
    [InlineData("--idle-timeout: 'never' is not a duration such as 500ms, 10s or 5m", "serve --idle-timeout never")]
    [InlineData("the idle timeout must be longer than nothing", "serve --idle-timeout 0")]
    [InlineData("--framing: '1' is not one of line, nul, raw", "serve --framing 1")]
    [InlineData("a line of at most 1 bytes holds nothing: at least 2", "serve --max-line 1")]
    [InlineData("a line of up to 2147483647 bytes is more than any buffer holds: at most 1073741824", "serve --max-line 2g")]
    [InlineData("a buffer of 1024 bytes does not fit lines of up to 65536 bytes: from 1048576", "serve --buffer 1k")]
    [InlineData("1024 bytes for unfinished lines do not hold one of up to 65536 bytes: at least 65536", "serve --max-unfinished 1k")]
    [InlineData("--max-unfinished: 0 is out of range: from 1 byte to 1024g", "serve --max-unfinished 0")]
    [InlineData("--quiet and --verbose exclude each other", "serve --quiet --verbose")]
    [InlineData("--quiet and --verbose exclude each other", "serve -q -v")]
    [InlineData("bad endpoint '99999': '99999' is not a port (0 to 65535)", "serve 99999")]
    [InlineData("bad endpoint 'localhost:x': 'x' is not a port (0 to 65535)", "serve localhost:x")]
    [InlineData("bad endpoint 'http://localhost': unknown scheme 'http'", "serve http://localhost")]
    [InlineData("bad endpoint 'unix:': the path is missing", "serve unix:")]
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
    public async Task A_mistake_is_told_in_one_line(string message, string commandLine)
    {
        using var tool = ToolProcess.Start(commandLine.Split(commandLine.Contains('|', StringComparison.Ordinal) ? '|' : ' '));
        AssertRefused(message, await tool.FinishAsync());
    }

    [Theory]
    [InlineData("CHATCTL_ECHO", "maybe", "CHATCTL_ECHO: 'maybe' is neither on nor off")]
    [InlineData("CHATCTL_MAX_LINE", "long", "CHATCTL_MAX_LINE: 'long' is not a size such as 64k or 8m")]
    [InlineData("CHATCTL_TRANSPORT", "zzz", "unknown transport 'zzz'")]
    [InlineData("CHATCTL_PLUGINS", "/nowhere/at/all", "plugin folder '/nowhere/at/all': it does not exist")]
    public async Task A_mistake_in_the_environment_is_too(string variable, string value, string message)
    {
        using var tool = ToolProcess.Start(new Dictionary<string, string> { [variable] = value }, "serve", "127.0.0.1:0");
        AssertRefused(message, await tool.FinishAsync());
    }

    [Fact]
    public async Task So_is_a_path_that_is_too_long_for_a_unix_socket()
    {
        string endpoint = $"unix:/tmp/{new string('x', 120)}";
        using var tool = ToolProcess.Start("serve", endpoint);
        AssertRefused($"bad endpoint '{endpoint}': a Unix socket's path is at most 10", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("throws-in-constructor", "the constructor of ThrowsInConstructor.Plugin failed: no mood")]
    [InlineData("throws-in-register", "registering its services failed: no room")]
    [InlineData("throws-in-factory", "its server factory cannot be made: not on this machine")]
    [InlineData("other-contract", "it was built against version ")]
    [InlineData("missing-dependency", "it needs Library ")]
    [InlineData("no-attribute", "the assembly has no TransportPlugin attribute")]
    [InlineData("no-factory", "it registers no IBroadcastServerFactory under the key 'no-factory'")]
    [InlineData("wrong-type", "does not implement ITransportPlugin")]
    public async Task So_is_a_plugin_that_cannot_be_used(string name, string reason)
    {
        using var installation = new Installation();
        installation.Install(name);
        using var tool = ToolProcess.Start("serve", "127.0.0.1:0", "-t", name, "--plugins", installation.Root);
        ToolResult result = await tool.FinishAsync();
        AssertRefused(reason, result);
        Assert.StartsWith($"chatctl: plugin '{name}' ({Path.Combine(installation.Root, name)}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_a_plugin_folder_without_a_plugin()
    {
        using var installation = new Installation();
        installation.Create("empty");
        using var tool = ToolProcess.Start("serve", "127.0.0.1:0", "-t", "empty", "--plugins", installation.Root);
        AssertRefused($"plugin 'empty' ({Path.Combine(installation.Root, "empty")}): the folder holds no .dll", await tool.FinishAsync());
    }

    [Fact]
    public async Task So_is_a_folder_of_plugins_that_cannot_be_read()
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
    public async Task A_working_directory_that_is_no_more_is_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        using var tool = ToolProcess.Shell("mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && exec \"$CHATCTL\" serve 127.0.0.1:0", folder["gone"]);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal("chatctl: the working directory does not exist any more: change to one that does\n", result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(2, result.ExitCode);
    }
}
