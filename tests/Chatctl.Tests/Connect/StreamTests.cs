using System.Security.Cryptography;
using System.Text;

namespace Chatctl.Tests.Connect;

/// <summary>What goes through in both directions, and what one direction does to the other.</summary>
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

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--timestamps")]
    public async Task Output_that_is_not_read_holds_the_server_back_and_takes_no_memory(string option)
    {
        const long Offered = 1 << 30, Most = 64 << 20;
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start([.. $"connect {server.Address} --recv-only {option}".Trim().Split(' ')]);
        using Peer peer = await server.AcceptAsync();
        byte[] lines = new byte[64 << 10];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = i % 64 == 63 ? (byte)'\n' : (byte)'x';
        }

        // It sends until nothing moves for a while. The kernel keeps some bytes for both sides, and the tool keeps one receive.
        long taken = 0;
        var sending = Task.Run(async () =>
        {
            for (; taken < Offered; taken += lines.Length)
            {
                await peer.SendAsync(lines);
            }
        });
        for (long before = -1; before != Interlocked.Read(ref taken) && !sending.IsCompleted; await Task.WhenAny(sending, Task.Delay(1000)))
        {
            before = Interlocked.Read(ref taken);
        }

        Assert.True(taken < Most, $"{taken} bytes were taken although nobody reads them");
        Assert.InRange(tool.PeakMemory(), 1, Most);
        peer.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    [Fact]
    public async Task A_server_that_does_not_read_can_still_send()
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
    public async Task Output_that_is_not_read_does_not_stop_sending()
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
    public async Task It_ends_when_the_reader_of_the_output_goes_away_although_no_line_arrives()
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
}
