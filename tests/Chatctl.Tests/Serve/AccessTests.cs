using System.Globalization;
using Chatctl.Core.Access;

namespace Chatctl.Tests.Serve;

/// <summary>A room that lets in only whom a file names, as clients of all kinds see it.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _tokens = new() { ["ann"] = AccessToken.Create(), ["bob"] = AccessToken.Create() };

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Matrix
    {
        get
        {
            var all = new TheoryData<string, string, string>();
            foreach (string transport in (string[])["select", "async", "saea"])
            {
                foreach (string rights in (string[])["read,write", "read", "write"])
                {
                    foreach (string way in (string[])["user", "user, session", "token", "token over a Unix socket"])
                    {
                        all.Add(transport, rights, way);
                    }
                }
            }

            return all;
        }
    }

    private string Unix => $"unix:{_folder["room"]}";

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Members_get_lines_if_they_may_read_and_say_them_if_they_may_write(string transport, string rights, string way)
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\nbob {Proof("bob")} {rights}\nme user:{Environment.UserName} {rights}\n", "-t", transport, Unix);
        using Peer ann = await OpenAsync(server, 0, "ann");
        using Peer member = await server.JoinAsync(server.Urls[way == "token" ? 0 : 1]);
        bool isSession = way != "user";
        if (isSession)
        {
            await GreetAsync(member, way == "user, session" ? "{}" : Hello("bob"));
        }

        await ann.SendAsync("{\"n\":1,\"text\":\"from ann\"}\n");
        await UntilAsync(ann, "{\"ack\":1,");
        if (rights != "write")
        {
            await UntilAsync(member, "from ann");
        }
        else if (isSession)
        {
            await member.SendAsync("{\"who\":true}\n");
            Assert.Contains("\"error\":\"rights\"", await member.ReadLineAsync());
        }
        else
        {
            Assert.True(member.IsSilent());
        }

        await member.SendAsync(isSession ? "{\"n\":1,\"text\":\"from the member\"}\n" : "from the member\n");
        if (rights != "read")
        {
            await UntilAsync(ann, "from the member");
            if (isSession)
            {
                await UntilAsync(member, "{\"ack\":1,");
            }
        }
        else if (isSession)
        {
            Assert.Contains("\"error\":\"rights\"", await UntilAsync(member, "\"n\":1}"));
        }
        else
        {
            await server.Process.ErrorLineAsync("is disconnected: it has sent something, and may not write");
        }
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task A_stranger_gets_nothing_of_a_room_full_of_talk_and_is_reset_at_its_first_line(string transport)
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\n", "-t", transport);
        using Peer ann = await OpenAsync(server, 0, "ann");
        using Peer listener = await OpenAsync(server, 0, "ann");
        using Peer stranger = await server.JoinAsync();
        for (int n = 1; n <= 1000; n++)
        {
            await ann.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{n},\"text\":\"a secret\"}}\n"));
        }

        await UntilAsync(ann, "{\"ack\":1000,");
        Assert.True(stranger.IsSilent());
        await stranger.SendAsync("let me in\n");
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, await stranger.ReadToFailureAsync());
        Assert.Contains("stranger #3 127.0.0.1", await server.Process.ErrorLineAsync("is refused"));
    }

    [Fact]
    public async Task A_hello_with_a_token_is_found_however_it_is_cut()
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\n");
        string hello = $"CHATCTL/1 {Hello("ann")}\n";
        for (int cut = 1; cut < hello.Length; cut++)
        {
            using Peer ann = await Peer.ConnectAsync(server.Urls[0]);
            await ann.SendAsync(hello[..cut]);
            await ann.SendAsync(hello[cut..]);
            Assert.Contains("\"room\":\"main\"", await ann.ReadLineAsync());
        }
    }

    [Fact]
    public async Task Guesses_are_slowed_down_and_a_client_is_told_for_how_long()
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\n");
        for (int guess = 0; guess < 5; guess++)
        {
            Assert.Contains("\"message\":\"the token is not known\"", await RefusedAsync(server, AccessToken.Create()));
        }

        Assert.Contains("wait 1 s", await RefusedAsync(server, _tokens["ann"]));
        await server.Process.ErrorLineAsync("its token is not known", 5);
        await server.Process.ErrorLineAsync("too many wrong tokens have come from its address, so for 1 s none is looked at");
    }

    [Fact]
    public async Task The_tool_gets_in_with_its_token_and_says_why_it_does_not()
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\nbob {Proof("bob")} read\n", Unix);
        await WriteTokenAsync("ann.token", _tokens["ann"]);
        using Peer bob = await OpenAsync(server, 0, "bob");
        foreach (string url in server.Urls)
        {
            Assert.Equal(0, (await ConnectAsync(url, "--token-file", _folder["ann.token"], "-m", "hello")).ExitCode);
            Assert.Contains("\"from\":\"ann\",\"text\":\"hello\"", await UntilAsync(bob, "\"seq\""));
        }

        var environment = new Dictionary<string, string> { ["CHATCTL_TOKEN"] = _tokens["bob"] };
        ToolResult refused = await RunAsync(ToolProcess.Start(environment, "connect", server.Urls[0], "-m", "hello"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("line 1 of the input was refused: you may not write here", refused.Error);

        refused = await ConnectAsync(server.Urls[0], "-N", "ann", "-m", "hello");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal($"chatctl: {server.Urls[0]}: nobody knows who you are: this room asks for a token\n", refused.Error);

        await WriteTokenAsync("ann.token", AccessToken.Create());
        refused = await ConnectAsync(server.Urls[0], "--retry", "--token-file", _folder["ann.token"], "--recv-only");
        Assert.Equal((1, $"chatctl: {server.Urls[0]}: the token is not known\n"), (refused.ExitCode, refused.Error));
    }

    [Theory]
    [InlineData("tcp://192.0.2.1:9")]
    [InlineData("tcp://[2001:db8::1]:9")]
    [InlineData("tcp://ops.example:9")]
    public async Task The_tool_does_not_send_a_token_over_a_network_in_the_clear(string url)
    {
        await WriteTokenAsync("token", _tokens["ann"]);
        ToolResult result = await ConnectAsync(url, "--token-file", _folder["token"], "-m", "x");
        Assert.Equal((2, $"chatctl: a token must not go over a network without encryption, as it would to {url}: use TLS, a Unix socket, or localhost\n"), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("644", false, "other users can get at")]
    [InlineData("640", false, "other users can get at")]
    [InlineData("602", false, "other users can get at")]
    [InlineData("400", true, "does not hold a token")]
    [InlineData("600", true, "does not hold a token")]
    public async Task The_tool_refuses_a_file_that_others_can_get_at_or_that_holds_something_else(string mode, bool isSomethingElse, string message)
    {
        await WriteTokenAsync("token", isSomethingElse ? "something else" : _tokens["ann"], mode);
        ToolResult result = await ConnectAsync("127.0.0.1:1", "--token-file", _folder["token"], "-m", "x");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.DoesNotContain("something else", result.Error);
    }

    [Fact]
    public async Task New_rules_take_effect_at_a_signal_and_wrong_ones_change_nothing()
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\nbob {Proof("bob")} read,write\n");
        using Peer ann = await OpenAsync(server, 0, "ann");
        using Peer bob = await OpenAsync(server, 0, "bob");

        await File.WriteAllTextAsync(_folder["auth"], $"ann {Proof("ann")} read,write\nbob {Proof("bob")} all\n");
        server.Process.Signal("HUP");
        Assert.Contains(
            $"nobody's rights have changed: {_folder["auth"]}, line 2: 'all' are no rights: they are read, write or read,write", await server.Process.ErrorLineAsync("nobody's rights"));
        await bob.SendAsync("{\"n\":1,\"text\":\"still here\"}\n");
        await UntilAsync(ann, "still here");

        await File.WriteAllTextAsync(_folder["auth"], $"ann {Proof("ann")} read,write\n");
        server.Process.Signal("HUP");
        await server.Process.ErrorLineAsync("again: 1 lines; 1 members are disconnected");
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, await bob.ReadToFailureAsync());
        await UntilAsync(ann, "\"reason\":\"revoked\"");
        Assert.Contains("the token is not known", await RefusedAsync(server, _tokens["bob"]));
        await ann.SendAsync("{\"n\":1,\"text\":\"x\"}\n");
        await UntilAsync(ann, "{\"ack\":1,");
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
    }

    [Theory]
    [InlineData("ann\n", "auth, line 1: something is missing")]
    [InlineData("", "auth: nobody may join")]
    [InlineData(null, "cannot read")]
    public async Task A_wrong_file_is_a_mistake_in_the_configuration(string? rules, string message)
    {
        if (rules is not null)
        {
            await File.WriteAllTextAsync(_folder["auth"], rules);
        }

        ToolResult result = await RunAsync(Server.Run("127.0.0.1:0", "--auth", _folder["auth"]));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.Equal("", result.Text);
    }

    [Fact]
    public async Task A_token_is_in_nothing_that_any_process_prints_and_in_no_command_line()
    {
        string wrong = AccessToken.Create();
        await File.WriteAllTextAsync(_folder["auth"], $"ann {Proof("ann")} read,write\n");
        await WriteTokenAsync("ann.token", _tokens["ann"]);
        using Server server = await Server.StartAsync("--auth", _folder["auth"], "--log-format", "json");
        using var listener = ToolProcess.Start("connect", server.Urls[0], "-v", "--json", "--since", "all", "--token-file", _folder["ann.token"], "--recv-only", "-n", "2");
        await listener.ErrorLineAsync("connected");
        List<string> texts = [.. Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out _)).Select(CommandLine)];
        foreach (string token in (string[])[_tokens["ann"], wrong, "", _tokens["ann"]])
        {
            ToolResult client = await RunAsync(ToolProcess.Start(new Dictionary<string, string> { ["CHATCTL_TOKEN"] = token }, "connect", server.Urls[0], "-v", "-N", "x", "-m", "x"));
            texts.Add(client.Text + client.Error);
        }

        await RefusedAsync(server, wrong);
        await File.WriteAllTextAsync(_folder["auth"], $"ann {_tokens["ann"]} read,write\n{wrong} ann read\n");
        server.Process.Signal("HUP");
        await server.Process.ErrorLineAsync("\"RulesStay\"");
        ToolResult heard = await listener.FinishAsync();
        texts.Add(heard.Text + heard.Error);
        ToolResult served = await server.StopAsync();
        texts.Add(served.Text + served.Error);
        Assert.Contains("\"text\":\"x\"", heard.Text);
        Assert.Contains("\"WrongToken\"", served.Error);
        string all = string.Concat(texts);
        Assert.DoesNotContain(_tokens["ann"], all);
        Assert.DoesNotContain(wrong, all);
    }

    [Theory]
    [InlineData("ann", new string[0], "read,write")]
    [InlineData("bob", new[] { "--rights", "read" }, "read")]
    [InlineData("cid", new[] { "--rights=write,read" }, "read,write")]
    public async Task The_tool_makes_a_token_and_the_line_for_it(string name, string[] options, string rights)
    {
        ToolResult made = await RunAsync(ToolProcess.Start(["token", name, .. options]));
        Assert.Equal(0, made.ExitCode);
        Assert.True(AccessToken.IsToken(made.Text.TrimEnd('\n')));
        Assert.Equal($"{name} {AccessToken.ProofOf(made.Text.TrimEnd('\n'))} {rights}\n", made.Error);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("token", "")]
    [InlineData("token", "a b")]
    [InlineData("token", "ann", "--rights", "all")]
    public async Task The_tool_makes_no_token_for_a_mistake(params string[] arguments)
    {
        ToolResult result = await RunAsync(ToolProcess.Start(arguments));
        Assert.Equal((2, ""), (result.ExitCode, result.Text));
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
            return "";
        }
    }

    private static async Task<ToolResult> RunAsync(ToolProcess process)
    {
        using (process)
        {
            process.CloseInput();
            return await process.FinishAsync();
        }
    }

    private static Task<ToolResult> ConnectAsync(params string[] arguments) => RunAsync(ToolProcess.Start(["connect", .. arguments]));

    private string Proof(string name) => AccessToken.ProofOf(_tokens[name]);

    private string Hello(string name) => $$"""{"token":"{{_tokens[name]}}"}""";

    private async Task WriteTokenAsync(string name, string token, string mode = "600")
    {
        await File.WriteAllTextAsync(_folder[name], token + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder[name], (UnixFileMode)Convert.ToInt32(mode, 8));
        }
    }

    private async Task<Server> ServeAsync(string rules, params string[] options)
    {
        await File.WriteAllTextAsync(_folder["auth"], rules);
        return await Server.StartAsync(["--auth", _folder["auth"], .. options]);
    }

    private async Task<Peer> OpenAsync(Server server, int url, string name)
    {
        Peer peer = await server.JoinAsync(server.Urls[url]);
        await GreetAsync(peer, Hello(name));
        return peer;
    }

    private static async Task GreetAsync(Peer peer, string hello)
    {
        await peer.SendAsync($"CHATCTL/1 {hello}\n");
        await UntilAsync(peer, "CHATCTL/1 {\"room\":\"main\"");
    }

    private static async Task<string> RefusedAsync(Server server, string token)
    {
        using Peer peer = await Peer.ConnectAsync(server.Urls[0]);
        await peer.SendAsync($$"""CHATCTL/1 {"token":"{{token}}"}""" + "\n");
        return await peer.ReadLineAsync();
    }

    /// <summary>Reads lines up to one that holds a text.</summary>
    private static async Task<string> UntilAsync(Peer peer, string part)
    {
        while (true)
        {
            string line = await peer.ReadLineAsync();
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }
}
