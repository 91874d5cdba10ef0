using System.Security.Cryptography;

namespace Chatctl.Tests.Connect;

/// <summary>Standard streams that are files, sockets or terminals, and streams that fail.</summary>
public sealed class StandardStreamTests
{
    [Fact]
    public async Task Output_to_a_file_continues_after_what_others_wrote()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell(
            "file=$(mktemp); { echo before; \"$CHATCTL\" connect \"$1\"; echo after; } >\"$file\"; cat \"$file\"; rm \"$file\"", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("within\n");
        peer.Finish();
        EndingTests.AssertQuiet(0, "before\nwithin\nafter\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task Output_that_takes_nothing_is_a_failure()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" >/dev/full", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("x\n");
        EndingTests.AssertFailed("cannot write standard output", await tool.FinishAsync());
    }

    [Fact]
    public async Task Output_that_is_closed_is_a_failure_when_the_first_line_arrives()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" >&-", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("x\n");
        EndingTests.AssertFailed("cannot write standard output", await tool.FinishAsync());
    }

    [Fact]
    public async Task Standard_streams_may_be_a_socket()
    {
        using var server = new ScriptedServer();
        using var user = new ScriptedServer();
        using var tool = ToolProcess.Shell(
            "exec \"$CHATCTL\" connect \"$1\" <>\"/dev/tcp/${2/://}\" >&0", server.Address, user.Address);
        using Peer person = await user.AcceptAsync();
        using Peer peer = await server.AcceptAsync();
        await person.SendAsync("out\n");
        Assert.Equal("out\n", await peer.ReadAsync(4));
        await peer.SendAsync("in\n");
        Assert.Equal("in\n", await person.ReadAsync(3));
        person.Finish();
        Assert.Empty(await peer.ReadToEndAsync());
        peer.Finish();
        Assert.Empty(await person.ReadToEndAsync());
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_reset_of_a_socket_that_is_standard_output_counts_as_a_reader_that_went_away()
    {
        using var server = new ScriptedServer();
        using var user = new ScriptedServer();
        using var tool = ToolProcess.Shell(
            "exec \"$CHATCTL\" connect \"$1\" --recv-only <>\"/dev/tcp/${2/://}\" >&0", server.Address, user.Address);
        using Peer person = await user.AcceptAsync();
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("in\n");
        Assert.Equal("in\n", await person.ReadAsync(3));
        person.Reset();
        EndingTests.AssertQuiet(141, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task It_waits_for_standard_streams_that_another_process_made_non_blocking()
    {
        const string MakeNonBlocking = "perl -MFcntl -e 'for (*STDIN, *STDOUT) { fcntl($_, F_SETFL, fcntl($_, F_GETFL, 0) | O_NONBLOCK) or die }'; ";
        byte[] inward = RandomNumberGenerator.GetBytes(1_000_000);
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell(MakeNonBlocking + "exec \"$CHATCTL\" connect \"$1\"", server.Address);
        using Peer peer = await server.AcceptAsync();
        Task receiving = peer.SendAsync(inward);
        Assert.True(peer.IsSilent());
        await tool.SendAsync("late\n");
        tool.CloseInput();
        Assert.Equal("late\n"u8.ToArray(), await peer.ReadToEndAsync());
        Task<ToolResult> finish = tool.FinishAsync();
        await receiving;
        peer.Finish();
        ToolResult result = await finish;
        Assert.Equal(inward, result.Output);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_file_as_standard_input_is_sent_whole()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" <\"$CHATCTL\"", server.Address);
        using Peer peer = await server.AcceptAsync();
        byte[] sent = await peer.ReadToEndAsync();
        peer.Finish();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
        Assert.True(sent.Length > 10_000);
    }

    [Fact]
    public async Task Input_that_cannot_be_read_is_a_failure()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" </", server.Address);
        using Peer peer = await server.AcceptAsync();
        EndingTests.AssertFailed("cannot read standard input", await tool.FinishAsync());
    }

    [Fact]
    public async Task It_is_no_failure_for_a_person_at_a_terminal_when_the_server_closes()
    {
        using var server = new ScriptedServer();

        // script(1) gives the tool its own terminal, and ends with the tool's exit code.
        using var tool = ToolProcess.Shell("exec script -qec \"'$CHATCTL' connect $1\" /dev/null", server.Address);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("hello\n");
        Assert.Equal("hello\n", await peer.ReadAsync(6));
        await peer.SendAsync("bye\n");
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("bye", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("chatctl:", result.Text, StringComparison.Ordinal);
    }
}
