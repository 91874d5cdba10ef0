using System.Security.Authentication;
using System.Text;

namespace Chatctl.Tests.Connect.Tls;

/// <summary>How a client ends over TLS, and what its exit code says: the same as over TCP, with close_notify in the place of FIN.</summary>
public sealed class TlsEndingTests : IDisposable
{
    private const string Cut = "ended the connection without an end in TLS (close_notify)";

    private readonly TlsVenue _venue = new();

    public void Dispose() => _venue.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task The_server_is_told_of_the_end_of_input_and_confirms_it_by_its_own_end(SslProtocols version)
    {
        using ToolProcess tool = _venue.Connect("--min-tls", "1.2");
        using TlsPeer peer = await _venue.AcceptAsync(options => options.EnabledSslProtocols = version);
        Assert.Equal(version, peer.Version);
        await tool.SendAsync("one\ntwo\n");
        tool.CloseInput();
        Assert.Equal("one\ntwo\n", await peer.ReadToEndAsync());
        await peer.SendAsync("late\n");
        await peer.SendAsync("later\n");
        await peer.FinishAsync();
        EndingTests.AssertQuiet(0, "late\nlater\n", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("--send-only")]
    [InlineData("-m", "x")]
    public async Task A_client_that_prints_nothing_reads_to_the_end_too(params string[] options)
    {
        using ToolProcess tool = _venue.Connect(options);
        using TlsPeer peer = await _venue.AcceptAsync();
        await tool.SendAsync("x\n");
        tool.CloseInput();
        Assert.Equal("x\n", await peer.ReadToEndAsync());

        // More than the system keeps for a client that does not read.
        await peer.SendAsync(new byte[20_000_000]);
        await peer.FinishAsync();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_bare_FIN_is_no_receipt()
    {
        using ToolProcess tool = _venue.Connect();
        using TlsPeer peer = await _venue.AcceptAsync();
        await tool.SendAsync("x\n");
        tool.CloseInput();
        await peer.ReadToEndAsync();
        await peer.SendAsync("y\n");
        peer.Cut();
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine($"chatctl: {_venue.Endpoint} {Cut}: it died, or somebody has cut the connection; 2 bytes may not have been delivered\n", result.Error);
        Assert.Equal((1, "y\n"), (result.ExitCode, result.Text));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 23 })]
    [InlineData(new byte[] { 23, 3, 3, 0, 30, 1, 2, 3 })]
    public async Task A_listener_is_told_of_a_bare_FIN_also_in_the_middle_of_a_record(byte[] beginning)
    {
        using ToolProcess tool = _venue.Connect("--recv-only");
        using TlsPeer peer = await _venue.AcceptAsync();
        await peer.SendAsync("y\n");
        await peer.SendRawAsync(beginning);
        peer.Cut();
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine($"{_venue.Endpoint} {Cut}", result.Error);
        Assert.Equal((1, "y\n"), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task Something_that_was_changed_on_its_way_is_told()
    {
        using ToolProcess tool = _venue.Connect("--recv-only");
        using TlsPeer peer = await _venue.AcceptAsync();
        await peer.SendAsync("y\n");
        await peer.SendRawAsync(new byte[] { 23, 3, 3, 0, 30 }.Concat(new byte[30]).ToArray());
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine($"{_venue.Endpoint} sent something that cannot be decrypted", result.Error);
        Assert.Equal((1, "y\n"), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task A_reset_is_told()
    {
        using ToolProcess tool = _venue.Connect();
        using TlsPeer peer = await _venue.AcceptAsync();
        await tool.SendAsync("x\n");
        Assert.Equal("x", await peer.ReadLineAsync());
        peer.Reset();
        EndingTests.AssertFailed($"{_venue.Endpoint} reset the connection; 2 bytes may not have been delivered", await tool.FinishAsync());
    }

    [Fact]
    public async Task The_end_of_the_server_ends_a_listener_in_order()
    {
        using ToolProcess tool = _venue.Connect();
        using TlsPeer peer = await _venue.AcceptAsync();
        await peer.SendAsync("y\n");
        await peer.FinishAsync();
        EndingTests.AssertQuiet(0, "y\n", await tool.FinishAsync());
        Assert.Equal("", await peer.ReadToEndAsync());
        Assert.False(peer.IsCut);
    }

    [Fact]
    public async Task An_end_that_comes_unasked_confirms_nothing()
    {
        using ToolProcess tool = _venue.Connect();
        using TlsPeer peer = await _venue.AcceptAsync();
        await tool.SendAsync("x\n");
        Assert.Equal("x", await peer.ReadLineAsync());
        await peer.FinishAsync();
        EndingTests.AssertFailed($"{_venue.Endpoint} closed the connection before confirming; 2 bytes may not have been delivered", await tool.FinishAsync());
    }

    [Fact]
    public async Task An_end_that_had_come_before_the_end_of_input_confirms_nothing_although_it_was_not_read()
    {
        using ToolProcess tool = _venue.Connect();
        using TlsPeer peer = await _venue.AcceptAsync();
        await tool.SendAsync("x\n");
        Assert.Equal("x", await peer.ReadLineAsync());

        // The output takes less than this, so the client does not get to the end.
        byte[] much = Encoding.ASCII.GetBytes(new string('y', 150_000) + "\n");
        await peer.SendAsync(much);
        await peer.FinishAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        tool.CloseInput();
        Assert.Equal("", await peer.ReadToEndAsync());
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine("closed the connection before confirming; 2 bytes may not have been delivered", result.Error);
        Assert.Equal((1, much.Length), (result.ExitCode, result.Output.Length));
    }

    [Fact]
    public async Task A_server_that_does_not_confirm_is_given_up()
    {
        using ToolProcess tool = _venue.Connect("--drain-timeout", "300ms");
        using TlsPeer peer = await _venue.AcceptAsync();
        await tool.SendAsync("x\n");
        tool.CloseInput();
        EndingTests.AssertFailed("was silent for 0.3 s and did not confirm the end of input; 2 bytes may not have been delivered", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_unasked_says_goodbye()
    {
        using ToolProcess tool = _venue.Connect("--recv-only", "-n", "1");
        using TlsPeer peer = await _venue.AcceptAsync();
        await peer.SendAsync("y\nz\n");
        EndingTests.AssertQuiet(0, "y\n", await tool.FinishAsync());
        Assert.Equal("", await peer.ReadToEndAsync());
        Assert.False(peer.IsCut);
    }

    [Fact]
    public async Task Much_goes_in_both_directions_at_once()
    {
        using ToolProcess tool = _venue.Connect();
        using TlsPeer peer = await _venue.AcceptAsync();
        string lines = string.Join('\n', Enumerable.Range(0, 400_000)) + "\n";
        Task sending = tool.SendAsync(lines).ContinueWith(_ => tool.CloseInput(), TaskScheduler.Default);
        Task answering = peer.SendAsync(lines);
        Task<ToolResult> result = tool.FinishAsync();
        Assert.Equal(lines, await peer.ReadToEndAsync());
        await answering;
        await sending;
        await peer.FinishAsync();
        EndingTests.AssertQuiet(0, lines, await result);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_it_with_141()
    {
        using var tool = ToolProcess.Shell(
            "\"$CHATCTL\" connect \"$@\" | head -1; echo ${PIPESTATUS[0]}", [_venue.Endpoint, .. _venue.Certificates.Trust, "--recv-only"]);
        using TlsPeer peer = await _venue.AcceptAsync();
        await peer.SendAsync("y\n");
        Assert.Equal("y", await tool.ReadLineAsync());
        Assert.Equal("141", await tool.ReadLineAsync());
    }
}
