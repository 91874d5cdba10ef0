using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Tests.Connect.Tls;

/// <summary>How a connection with TLS begins, begins again, or does not.</summary>
public sealed class TlsDiallingTests : IDisposable
{
    private readonly TlsVenue _venue = new();

    public void Dispose() => _venue.Dispose();

    [Fact]
    public async Task The_connect_timeout_limits_the_handshake_too()
    {
        using ToolProcess tool = _venue.Connect("-w", "500ms");
        using Peer peer = await _venue.AcceptPlainAsync();
        EndingTests.AssertFailed($"cannot connect to {_venue.Endpoint}: timed out in the TLS handshake; it may not speak TLS", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_handshake_ends_in_any_case_because_a_server_without_TLS_waits_for_a_line()
    {
        long begun = Stopwatch.GetTimestamp();
        using ToolProcess tool = _venue.Connect();
        using Peer peer = await _venue.AcceptPlainAsync();
        EndingTests.AssertFailed("timed out in the TLS handshake; it may not speak TLS", await tool.FinishAsync());
        Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task The_time_limit_ends_a_handshake()
    {
        using ToolProcess tool = _venue.Connect("--timeout", "500ms");
        using Peer peer = await _venue.AcceptPlainAsync();
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine("the time limit has passed (--timeout)", result.Error);
        Assert.Equal(124, result.ExitCode);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_a_handshake()
    {
        using var tool = ToolProcess.Shell("\"$CHATCTL\" connect \"$@\" | sleep 0; echo ${PIPESTATUS[0]}", [_venue.Endpoint, "--recv-only", "-w", "1h"]);
        using Peer peer = await _venue.AcceptPlainAsync();
        Assert.Equal("141", await tool.ReadLineAsync());
    }

    [Theory]
    [InlineData(false, "it closed the connection in the TLS handshake; it may not speak TLS")]
    [InlineData(true, "connection reset by peer in the TLS handshake; it may not speak TLS")]
    public async Task A_handshake_that_the_server_breaks_off_is_told(bool resets, string message)
    {
        using ToolProcess tool = _venue.Connect();
        using Peer peer = await _venue.AcceptPlainAsync();
        Assert.Equal(5, (await peer.ReadAsync(5)).Length);
        if (resets)
        {
            peer.Reset();
        }
        else
        {
            peer.Finish();
        }

        EndingTests.AssertFailed($"cannot connect to {_venue.Endpoint}: {message}", await tool.FinishAsync());
    }

    [Fact]
    public async Task Of_several_addresses_the_one_that_answers_is_told_about()
    {
        string endpoint = $"tls://localhost:{_venue.Port}";
        using var tool = ToolProcess.Start(["connect", endpoint, .. _venue.Certificates.Trust]);
        using Peer peer = await _venue.AcceptPlainAsync();
        await peer.ReadAsync(5);
        peer.Finish();
        EndingTests.AssertFailed($"cannot connect to {endpoint}: it closed the connection in the TLS handshake; it may not speak TLS", await tool.FinishAsync());
    }

    [Fact]
    public async Task Retry_comes_back_after_a_handshake_that_was_broken_off_and_after_a_cut()
    {
        using ToolProcess tool = _venue.Connect("--retry");
        using (Peer broken = await _venue.AcceptPlainAsync())
        {
            broken.Reset();
        }

        Assert.EndsWith("; retrying", await tool.ErrorLineAsync("cannot connect"), StringComparison.Ordinal);
        using (TlsPeer first = await _venue.AcceptAsync())
        {
            await tool.SendAsync("one\n");
            Assert.Equal("one", await first.ReadLineAsync());
            first.Cut();
            await tool.ErrorLineAsync("close_notify): it died, or somebody has cut the connection; 4 bytes may not have been delivered; reconnecting");
        }

        using TlsPeer second = await _venue.AcceptAsync();
        await tool.SendAsync("two\n");
        tool.CloseInput();
        Assert.Equal("two\n", await second.ReadToEndAsync());
        await second.FinishAsync();
        ToolResult result = await tool.FinishAsync();
        Assert.Contains("4 bytes may not have been delivered", result.Error.Split('\n')[^2], StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Retry_ends_at_once_at_a_server_that_is_not_trusted()
    {
        using X509Certificate2 other = _venue.Certificates.Server("elsewhere");
        using ToolProcess tool = _venue.Connect("--retry");
        await _venue.AcceptAsync(other);
        EndingTests.AssertFailed("it is not trusted: its certificate is for elsewhere, not for 127.0.0.1", await tool.FinishAsync());
    }

    [Fact]
    public async Task Retry_trusts_no_other_server_after_the_first_one_was_lost()
    {
        using X509Certificate2 other = _venue.Certificates.Server("elsewhere");
        using ToolProcess tool = _venue.Connect("--retry");
        using (TlsPeer first = await _venue.AcceptAsync())
        {
            await tool.SendAsync("one\n");
            Assert.Equal("one", await first.ReadLineAsync());
            first.Reset();
        }

        await _venue.AcceptAsync(other);
        ToolResult result = await tool.FinishAsync();
        Assert.EndsWith("not for 127.0.0.1; 4 bytes may not have been delivered\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_session_says_so_in_the_handshake_and_a_plain_member_does_not()
    {
        using (ToolProcess plain = _venue.Connect("--recv-only"))
        {
            using TlsPeer peer = await _venue.AcceptAsync(options => options.ApplicationProtocols = [new("chatctl/1")]);
            Assert.Equal("", peer.Protocol);
        }

        using ToolProcess tool = _venue.Connect("-N", "ann");
        using TlsPeer server = await _venue.AcceptAsync(options => options.ApplicationProtocols = [new("chatctl/1")]);
        Assert.Equal("chatctl/1", server.Protocol);
        Assert.StartsWith("CHATCTL/1 {\"name\":\"ann\"", await server.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_needs_no_answer_to_that_and_ends_with_the_ack_of_its_lines()
    {
        using ToolProcess tool = _venue.Connect("-N", "ann");
        using TlsPeer server = await _venue.AcceptAsync();
        string client = System.Text.Json.JsonDocument.Parse((await server.ReadLineAsync())[10..]).RootElement.GetProperty("client").GetString()!;
        await server.SendAsync($$"""CHATCTL/1 {"room":"main","epoch":"aaaa","first":1,"next":1,"id":7,"name":"ann","client":"{{client}}","resumed":false,"maxText":65535}""" + "\n");
        await tool.SendAsync("hello\n");
        tool.CloseInput();
        Assert.Equal("""{"n":1,"text":"hello"}""" + "\n", await server.ReadToEndAsync());
        await server.SendAsync("""{"ack":1,"seq":1}""" + "\n");
        await server.FinishAsync();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_server_for_another_protocol_inside_TLS_is_told()
    {
        _venue.Close();
        using var openssl = ToolProcess.Shell(
            """
            cd "$1" || exit
            "$CHATCTL" cert server 127.0.0.1 >/dev/null
            exec openssl s_server -accept "127.0.0.1:$2" -cert 127.0.0.1.pem -key 127.0.0.1.key -alpn http/1.1
            """,
            _venue.Certificates[""],
            $"{_venue.Port}");
        await openssl.ReadUntilAsync("ACCEPT");
        using ToolProcess tool = _venue.Connect("-N", "ann", "--retry");
        EndingTests.AssertFailed("it speaks another protocol inside TLS (ALPN)", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_connection_without_TLS_loads_nothing_of_it()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("\"$CHATCTL\" connect \"$1\" --recv-only & read -r; cat /proc/$!/maps; kill $!", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("y\n");
        Assert.Equal("y", await tool.ReadLineAsync());
        await tool.SendAsync("\n");
        string maps = (await tool.FinishAsync()).Text;
        Assert.Contains("System.Net.Sockets", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Net.Security", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("Cryptography", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("libssl", maps, StringComparison.Ordinal);
    }
}
