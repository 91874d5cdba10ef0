using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Certificates;

namespace Chatctl.Tests.Connect.Tls;

/// <summary>Whom a client trusts, and what it says when it does not: one line, and exit code 1.</summary>
public sealed class TlsTrustTests : IDisposable
{
    private const string Wanted = "wants a certificate of this client (--cert FILE, --key FILE)";

    private readonly TlsVenue _venue = new();

    public void Dispose() => _venue.Dispose();

    [Fact]
    public async Task An_authority_that_the_system_does_not_know_is_not_trusted()
    {
        using var tool = ToolProcess.Start("connect", _venue.Endpoint);
        AssertNotTrusted("its certificate is from an authority that is not known here (--ca FILE names an authority to trust, --pin the key of the server itself)", await RefusedAsync(tool));
    }

    [Fact]
    public async Task Another_authority_of_the_users_file_is_not_trusted()
    {
        using var other = new TestCertificates();
        using var tool = ToolProcess.Start(["connect", _venue.Endpoint, .. other.Trust]);
        AssertNotTrusted($"its certificate is not from an authority in {other["ca.pem"]} (--ca)", await RefusedAsync(tool));
    }

    [Fact]
    public async Task A_certificate_for_other_names_is_not_trusted_and_its_names_are_told()
    {
        using X509Certificate2 other = _venue.Certificates.Server("ops.example.org", "*.example.net", "10.0.0.5");
        using ToolProcess tool = _venue.Connect();
        AssertNotTrusted("its certificate is for ops.example.org, *.example.net, 10.0.0.5, not for 127.0.0.1", await RefusedAsync(tool, other));
    }

    [Fact]
    public async Task A_certificate_without_the_address_that_was_dialled_is_not_trusted()
    {
        using X509Certificate2 other = _venue.Certificates.Server("localhost");
        using ToolProcess tool = _venue.Connect();
        AssertNotTrusted("its certificate is for localhost, not for 127.0.0.1", await RefusedAsync(tool, other));
    }

    [Theory]
    [InlineData(-20, -10, "its certificate has expired, on ", -10)]
    [InlineData(10, 20, "its certificate is not good before ", 10)]
    public async Task A_certificate_is_not_trusted_in_another_time(int first, int last, string message, int day)
    {
        using X509Certificate2 other = _venue.Certificates.Server(first, last);
        using var tool = ToolProcess.Start(["connect", $"tls://localhost:{_venue.Port}", .. _venue.Certificates.Trust]);
        AssertNotTrusted($"{message}{(day < 0 ? other.NotAfter : other.NotBefore).ToUniversalTime():yyyy-MM-dd}", await RefusedAsync(tool, other), "localhost");
    }

    [Fact]
    public async Task A_certificate_of_a_client_is_none_for_a_server()
    {
        string[] files = _venue.Certificates.Client("ann");
        using var other = X509Certificate2.CreateFromPemFile(files[1], files[3]);
        using ToolProcess tool = _venue.Connect();
        ToolResult result = await RefusedAsync(tool, other);
        EndingTests.AssertFailed("NotValidForUsage", result);
        Assert.Contains("is not for 127.0.0.1: it has no subject alternative name, and a common name does not count", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_is_enough_whatever_the_certificate_says()
    {
        using X509Certificate2 other = _venue.Certificates.Server(-20, -10);
        using var tool = ToolProcess.Start("connect", _venue.Endpoint, "--pin", Pin.Of(other), "--recv-only", "-v");
        Task accepting = _venue.AcceptAsync(other);
        Assert.Contains("(TLS 1.3, ", await tool.ErrorLineAsync("connected to tls://127.0.0.1:"), StringComparison.Ordinal);
        tool.Signal("TERM");
        await accepting.Guard();
    }

    [Fact]
    public async Task Another_key_than_that_of_the_pin_is_not_trusted_although_the_certificate_is_good()
    {
        using X509Certificate2 other = _venue.Certificates.Server("127.0.0.1");
        using X509Certificate2 pinned = _venue.Certificates.Server("127.0.0.1");
        using var tool = ToolProcess.Start("connect", _venue.Endpoint, "--pin", Pin.Of(pinned));
        EndingTests.AssertFailed($"cannot connect to {_venue.Endpoint}: it has another key than the one of --pin: {Pin.Of(other)}", await RefusedAsync(tool, other));
    }

    [Fact]
    public async Task With_insecure_any_server_is_taken_and_the_user_is_told_what_that_means()
    {
        using var tool = ToolProcess.Start("connect", _venue.Endpoint, "--insecure");
        using TlsPeer peer = await _venue.AcceptAsync();
        await peer.SendAsync("y\n");
        await peer.FinishAsync();
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine($"warning: --insecure: nobody checks that this is {_venue.Endpoint}; somebody in between can read and change everything", result.Error);
        Assert.Equal((0, "y\n"), (result.ExitCode, result.Text));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_client_with_a_certificate_shows_it(SslProtocols version)
    {
        string subject = "";
        using ToolProcess tool = _venue.Connect([.. _venue.Certificates.Client("ann"), "--min-tls", "1.2"]);
        using TlsPeer peer = await _venue.AcceptAsync(options =>
        {
            options.EnabledSslProtocols = version;
            options.ClientCertificateRequired = true;
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                subject = certificate?.Subject ?? "none";
                return subject == "CN=ann";
            };
        });
        Assert.Equal("CN=ann", subject);
        await peer.FinishAsync();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("", "-tls1_3", Wanted)]
    [InlineData("", "-tls1_2", Wanted)]
    [InlineData("eve", "-tls1_3", "does not know the authority of this client's certificate (--cert)")]
    [InlineData("eve", "-tls1_2", "does not know the authority of this client's certificate (--cert)")]
    public async Task A_server_that_wants_another_certificate_is_understood(string client, string version, string message)
    {
        // The base library's server sends no alert, so this one is OpenSSL's.
        using var other = new TestCertificates();
        using X509Certificate2 server = _venue.Certificates.Server("127.0.0.1");
        string[] shown = client.Length == 0 ? [] : other.Client(client);
        _venue.Close();
        using var openssl = ToolProcess.Shell(
            """
            cd "$1" || exit
            "$CHATCTL" cert server 127.0.0.1 >/dev/null
            exec openssl s_server -accept "127.0.0.1:$2" -cert 127.0.0.1.pem -key 127.0.0.1.key -CAfile ca.pem -Verify 1 -verify_return_error "$3"
            """,
            _venue.Certificates[""],
            $"{_venue.Port}",
            version);
        await openssl.ReadUntilAsync("ACCEPT");
        using ToolProcess tool = _venue.Connect(["--min-tls", "1.2", "-m", "x", "--retry", .. shown]);
        EndingTests.AssertFailed(message, await tool.FinishAsync());
    }

    [Theory]
    [InlineData(SslProtocols.Tls13, false, "broke off the connection; it had asked for a certificate of this client (--cert FILE, --key FILE)")]
    [InlineData(SslProtocols.Tls12, false, "broke off the connection; it had asked for a certificate of this client (--cert FILE, --key FILE)")]
    [InlineData(SslProtocols.Tls13, true, "broke off the connection before it said anything; perhaps it does not accept this client's certificate (--cert)")]
    public async Task A_server_that_refuses_a_client_without_an_alert_is_understood(SslProtocols version, bool hasCertificate, string message)
    {
        string[] shown = hasCertificate ? _venue.Certificates.Client("ann") : ["--retry"];
        using ToolProcess tool = _venue.Connect(["--min-tls", "1.2", "--recv-only", .. shown]);
        await Assert.ThrowsAsync<AuthenticationException>(() => _venue.AcceptAsync(options =>
        {
            options.EnabledSslProtocols = version;
            options.ClientCertificateRequired = true;
            options.RemoteCertificateValidationCallback = (_, _, _, _) => false;
        }));
        EndingTests.AssertFailed(message, await tool.FinishAsync());
    }

    [Theory]
    [InlineData("", "it does not speak TLS 1.3 (--min-tls 1.2 accepts the version before it)")]
    [InlineData("1.2", "it speaks neither TLS 1.3 nor TLS 1.2")]
    public async Task A_version_that_is_too_old_is_told(string least, string message)
    {
        using ToolProcess tool = _venue.Connect(least.Length == 0 ? [] : ["--min-tls", least]);
        using Peer peer = await _venue.AcceptPlainAsync();

        // The alert protocol_version.
        await peer.SendAsync(new byte[] { 21, 3, 3, 0, 2, 2, 70 });
        EndingTests.AssertFailed($"cannot connect to {_venue.Endpoint}: {message}", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_told()
    {
        using ToolProcess tool = _venue.Connect("--retry");
        using Peer peer = await _venue.AcceptPlainAsync();
        await peer.SendAsync("hello\n");
        EndingTests.AssertFailed($"cannot connect to {_venue.Endpoint}: it does not speak TLS", await tool.FinishAsync());
    }

    private static void AssertNotTrusted(string message, ToolResult result, string host = "127.0.0.1")
    {
        Assert.Contains($"{host}:", result.Error, StringComparison.Ordinal);
        EndingTests.AssertFailed($": it is not trusted: {message}\n", result);
    }

    private async Task<ToolResult> RefusedAsync(ToolProcess tool, X509Certificate2? certificate = null)
    {
        using X509Certificate2 usual = _venue.Certificates.Server("127.0.0.1");
        await _venue.AcceptAsync(certificate ?? usual);
        return await tool.FinishAsync();
    }
}
