using System.Security.Cryptography;
using System.Text;

namespace Chatctl.Tests.Connect;

/// <summary>What goes through, and what happens when a standard stream is not what it should be.</summary>
public sealed class StreamTests
{
    private static readonly byte[] Awkward = [.. "a\r\nb\0c\n\n"u8, 0xff, 0xfe, 0xc3, 0x28, 0x80, .. "\r\rend without newline"u8];

    [Fact]
    public async Task Every_byte_goes_through_unchanged_in_both_directions()
    {
        byte[] outward = [.. Awkward, .. RandomNumberGenerator.GetBytes(5_000_000)];
        byte[] inward = [.. RandomNumberGenerator.GetBytes(5_000_000), .. Awkward];
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        Task<ToolResult> finish = tool.FinishAsync();
        Task<byte[]> received = peer.ReadToEndAsync();
        await Task.WhenAll(tool.SendAsync(outward).ContinueWith(_ => tool.CloseInput(), TaskScheduler.Default), peer.SendAsync(inward));
        Assert.Equal(outward, await received);
        peer.Finish();
        ToolResult result = await finish;
        Assert.Equal(inward, result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task A_server_that_holds_us_back_does_not_stop_what_it_sends()
    {
        byte[] outward = RandomNumberGenerator.GetBytes(20_000_000);
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        Task sending = tool.SendAsync(outward);
        for (int i = 0; i < 100; i++)
        {
            await peer.SendAsync($"{i}\n");
            Assert.Equal($"{i}", await tool.ReadLineAsync());
        }

        Assert.False(sending.IsCompleted);
        Task<byte[]> received = peer.ReadToEndAsync();
        await sending;
        tool.CloseInput();
        Assert.Equal(outward, await received);
        peer.Finish();
        Assert.Equal(0, (await tool.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task Output_that_is_not_read_does_not_stop_what_we_send()
    {
        byte[] outward = RandomNumberGenerator.GetBytes(5_000_000);
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync(new byte[300_000]);
        Task<byte[]> received = peer.ReadToEndAsync();
        await tool.SendAsync(outward);
        tool.CloseInput();
        Assert.Equal(outward, await received);
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(300_000, result.Output.Length);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Receiving_only_leaves_standard_input_to_the_script_around_it()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell(
            "while read -r line; do \"$CHATCTL\" connect \"$1\" --recv-only; echo \"$line\"; done", server.Address);
        await tool.SendAsync("first\nsecond\n");
        tool.CloseInput();
        foreach (string greeting in new[] { "hello\n", "again\n" })
        {
            using Peer peer = await server.AcceptAsync();
            await peer.SendAsync(greeting);
            peer.Finish();
        }

        EndingTests.AssertQuiet(0, "hello\nfirst\nagain\nsecond\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_reader_of_output_that_leaves_ends_it_although_no_line_arrives()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("\"$CHATCTL\" connect \"$1\" | head -1; echo ${PIPESTATUS[0]}", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("only\n");
        EndingTests.AssertQuiet(0, "only\n141\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task Sending_only_does_not_need_a_reader_of_output()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell(
            "printf 'x\\n' | \"$CHATCTL\" connect \"$1\" --send-only | true; echo ${PIPESTATUS[1]}", server.Address);
        using Peer peer = await server.AcceptAsync();
        Assert.Equal("x\n", Encoding.UTF8.GetString(await peer.ReadToEndAsync()));
        await peer.SendAsync("ignored\n");
        peer.Finish();
        EndingTests.AssertQuiet(0, "0\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task Output_into_a_file_goes_on_where_others_left_off()
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
    public async Task Output_that_is_closed_is_a_failure_as_soon_as_it_is_needed()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" >&-", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("x\n");
        EndingTests.AssertFailed("cannot write standard output", await tool.FinishAsync());
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
    public async Task A_person_at_a_terminal_who_has_said_something_may_see_the_server_close()
    {
        using var server = new ScriptedServer();

        // script(1) gives it a terminal of its own, and its exit code for its own.
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
