using System.Globalization;
using Chatctl.Core.Access;

namespace Chatctl.Tests.Serve;

/// <summary>How the tool makes tokens, shows them, and keeps them secret.</summary>
public sealed class TokenTests : GuardedServer
{
    [Fact]
    public async Task The_tool_gets_in_with_its_token_and_says_why_it_does_not()
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\nbob {Proof("bob")} read\n", Unix);
        await WriteTokenAsync("ann.token", Tokens["ann"]);
        using Peer bob = await OpenAsync(server, 0, "bob");
        foreach (string url in server.Urls)
        {
            Assert.Equal(0, (await ConnectAsync(url, "--token-file", Folder["ann.token"], "-m", "hello")).ExitCode);
            Assert.Contains("\"from\":\"ann\",\"text\":\"hello\"", await UntilAsync(bob, "\"seq\""));
        }

        var environment = new Dictionary<string, string> { ["CHATCTL_TOKEN"] = Tokens["bob"] };
        ToolResult refused = await RunAsync(ToolProcess.Start(environment, "connect", server.Urls[0], "-m", "hello"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("line 1 of the input was refused: you may not write here", refused.Error);

        refused = await ConnectAsync(server.Urls[0], "-N", "ann", "-m", "hello");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal($"chatctl: {server.Urls[0]}: nobody knows who you are: this room asks for a token\n", refused.Error);

        await WriteTokenAsync("ann.token", AccessToken.Create());
        refused = await ConnectAsync(server.Urls[0], "--retry", "--token-file", Folder["ann.token"], "--recv-only");
        Assert.Equal((1, $"chatctl: {server.Urls[0]}: the token is not known\n"), (refused.ExitCode, refused.Error));
    }

    [Theory]
    [InlineData("tcp://192.0.2.1:9")]
    [InlineData("tcp://[2001:db8::1]:9")]
    [InlineData("tcp://ops.example:9")]
    public async Task The_tool_does_not_send_a_token_over_a_network_in_the_clear(string url)
    {
        await WriteTokenAsync("token", Tokens["ann"]);
        ToolResult result = await ConnectAsync(url, "--token-file", Folder["token"], "-m", "x");
        Assert.Equal((2, $"chatctl: a token must not go over a network without encryption, as it would to {url}: use TLS, a Unix socket, or localhost\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task The_tool_does_not_send_a_token_to_a_server_that_nobody_checks()
    {
        await WriteTokenAsync("token", Tokens["ann"]);
        ToolResult result = await ConnectAsync("tls://127.0.0.1:9", "--insecure", "--token-file", Folder["token"], "-m", "x");
        Assert.Equal((2, "chatctl: a token must not go to a server that nobody checks: use --ca or --pin in place of --insecure\n"), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("644", false, "other users can get at")]
    [InlineData("640", false, "other users can get at")]
    [InlineData("602", false, "other users can get at")]
    [InlineData("400", true, "does not hold a token")]
    [InlineData("600", true, "does not hold a token")]
    public async Task The_tool_refuses_a_file_that_others_can_get_at_or_that_holds_something_else(string mode, bool isSomethingElse, string message)
    {
        await WriteTokenAsync("token", isSomethingElse ? "something else" : Tokens["ann"], mode);
        ToolResult result = await ConnectAsync("127.0.0.1:1", "--token-file", Folder["token"], "-m", "x");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.DoesNotContain("something else", result.Error);
    }

    [Fact]
    public async Task A_token_is_in_nothing_that_any_process_prints_and_in_no_command_line()
    {
        string wrong = AccessToken.Create();
        await File.WriteAllTextAsync(Folder["auth"], $"ann {Proof("ann")} read,write\n");
        await WriteTokenAsync("ann.token", Tokens["ann"]);
        using Server server = await Server.StartAsync("--auth", Folder["auth"], "--log-format", "json");
        using var listener = ToolProcess.Start("connect", server.Urls[0], "-v", "--json", "--since", "all", "--token-file", Folder["ann.token"], "--recv-only", "-n", "2");
        await listener.ErrorLineAsync("connected");
        List<string> texts = [.. Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out _)).Select(CommandLine)];
        foreach (string token in (string[])[Tokens["ann"], wrong, "", Tokens["ann"]])
        {
            ToolResult client = await RunAsync(ToolProcess.Start(new Dictionary<string, string> { ["CHATCTL_TOKEN"] = token }, "connect", server.Urls[0], "-v", "-N", "x", "-m", "x"));
            texts.Add(client.Text + client.Error);
        }

        await RefusedAsync(server, wrong);
        await File.WriteAllTextAsync(Folder["auth"], $"ann {Tokens["ann"]} read,write\n{wrong} ann read\n");
        server.Process.Signal("HUP");
        await server.Process.ErrorLineAsync("\"RulesStay\"");
        ToolResult heard = await listener.FinishAsync();
        texts.Add(heard.Text + heard.Error);
        ToolResult served = await server.StopAsync();
        texts.Add(served.Text + served.Error);
        Assert.Contains("\"text\":\"x\"", heard.Text);
        Assert.Contains("\"WrongToken\"", served.Error);
        string all = string.Concat(texts);
        Assert.DoesNotContain(Tokens["ann"], all);
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
}
