using System.Globalization;
using Chatctl.Core.Access;

namespace Chatctl.Tests.Serve;

/// <summary>A room that lets in only whom a file names, as clients of all kinds see it.</summary>
public sealed class AccessTests : GuardedServer
{
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

        Assert.Contains("wait 1 s", await RefusedAsync(server, Tokens["ann"]));
        await server.Process.ErrorLineAsync("its token is not known", 5);
        await server.Process.ErrorLineAsync("too many wrong tokens have come from its address, so for 1 s none is looked at");
    }

    [Fact]
    public async Task New_rules_take_effect_at_a_signal_and_wrong_ones_change_nothing()
    {
        using Server server = await ServeAsync($"ann {Proof("ann")} read,write\nbob {Proof("bob")} read,write\n");
        using Peer ann = await OpenAsync(server, 0, "ann");
        using Peer bob = await OpenAsync(server, 0, "bob");

        await File.WriteAllTextAsync(Folder["auth"], $"ann {Proof("ann")} read,write\nbob {Proof("bob")} all\n");
        server.Process.Signal("HUP");
        Assert.Contains(
            $"nobody's rights have changed: {Folder["auth"]}, line 2: 'all' are no rights: they are read, write or read,write", await server.Process.ErrorLineAsync("nobody's rights"));
        await bob.SendAsync("{\"n\":1,\"text\":\"still here\"}\n");
        await UntilAsync(ann, "still here");

        File.Delete(Folder["auth"]);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", Folder["auth"]))
        {
            await mkfifo.WaitForExitAsync();
        }

        server.Process.Signal("HUP");
        await server.Process.ErrorLineAsync("it is a pipe, a device or a socket, and no file");
        File.Delete(Folder["auth"]);
        await File.WriteAllTextAsync(Folder["auth"], $"ann {Proof("ann")} read,write\n");
        server.Process.Signal("HUP");
        await server.Process.ErrorLineAsync("again: 1 lines; 1 members are disconnected");
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, await bob.ReadToFailureAsync());
        await UntilAsync(ann, "\"reason\":\"revoked\"");
        Assert.Contains("the token is not known", await RefusedAsync(server, Tokens["bob"]));
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
            await File.WriteAllTextAsync(Folder["auth"], rules);
        }

        ToolResult result = await RunAsync(Server.Run("127.0.0.1:0", "--auth", Folder["auth"]));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.Equal("", result.Text);
    }
}
