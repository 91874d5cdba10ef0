using System.Security.Cryptography.X509Certificates;
using Chatctl.Transport.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Conformance.Tests;

/// <summary>What the transport with TLS reads from files, and when it reads them again.</summary>
public sealed class CertificatesTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly Listing _log = new();
    private readonly CertificateMaker _maker;

    public CertificatesTests() => _maker = new CertificateMaker(_time.GetUtcNow());

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void Certificate_and_key_may_be_in_one_file_in_any_order_with_others()
    {
        X509Certificate2 server = _maker.Make("server");
        string path = _maker.Write("all.pem", Pem.Certificate(_maker.Root), Pem.Key(server), Pem.Certificate(server));
        Assert.Equal(server.Thumbprint, Open(new TlsFiles(path)).Current.Certificate.Thumbprint);
    }

    [Fact]
    public void They_may_be_in_two_files()
    {
        X509Certificate2 server = _maker.Make("server");
        string path = _maker.Write("server.pem", Pem.Certificate(server)), key = _maker.Write("server.key", Pem.Key(server));
        Assert.Equal(server.Thumbprint, Open(new TlsFiles(path, key)).Current.Certificate.Thumbprint);
    }

    [Fact]
    public void They_may_be_in_a_PKCS12_file_without_a_password()
    {
        X509Certificate2 server = _maker.Make("server");
        File.WriteAllBytes(_maker["server.pfx"], new X509Certificate2Collection { X509CertificateLoader.LoadCertificate(_maker.Root.RawData), server }.Export(X509ContentType.Pkcs12)!);
        Assert.Equal(server.Thumbprint, Open(new TlsFiles(_maker["server.pfx"])).Current.Certificate.Thumbprint);
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_named_with_the_reason()
    {
        X509Certificate2 server = _maker.Make("server"), other = _maker.Make("other");
        string certificate = _maker.Write("server.pem", Pem.Certificate(server)), key = _maker.Write("server.key", Pem.Key(server));
        Fails(new TlsFiles(_maker["none.pem"]), "none.pem", "there is no such file");
        Fails(new TlsFiles(Path.GetDirectoryName(certificate)!), Path.GetFileName(Path.GetDirectoryName(certificate)!), "it is a folder");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", _maker["pipe"]))
        {
            mkfifo.WaitForExit();
        }

        Fails(new TlsFiles(_maker["pipe"]), "pipe", "it is a pipe, a device or a socket, and no file");
        Fails(new TlsFiles(certificate), "server.pem", "it holds no private key; --key names its file");
        Fails(new TlsFiles(certificate, certificate), "server.pem", "it holds no private key");
        Fails(new TlsFiles(key, key), "server.key", "it holds no certificate as PEM");
        Fails(new TlsFiles(certificate, _maker.Write("other.key", Pem.Key(other))), "other.key", $"its private key is not that of {certificate}, or is damaged");
        Fails(new TlsFiles(certificate, _maker.Write("locked.key", Pem.LockedKey(server))), "locked.key", "its private key has a password; save it without one, readable for its owner only");
        Fails(new TlsFiles(_maker.Write("nonsense.pem", "nonsense")), "nonsense.pem", "it is neither PEM nor PKCS#12 without a password");
        Fails(new TlsFiles(_maker.Write("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), key), "damaged.pem", "a certificate in it is damaged");
        Fails(new TlsFiles(certificate, key, _maker["none.pem"]), "none.pem", "there is no such file");
        Fails(new TlsFiles(certificate, key, key), "server.key", "it holds no certificate as PEM");
        Fails(new TlsFiles(certificate, key, certificate), "server.pem", "it holds no certificate of an authority; no client could get in");
    }

    [Fact]
    public void Files_that_change_are_read_when_they_have_been_quiet_for_a_second()
    {
        X509Certificate2 first = _maker.Make("first"), second = _maker.Make("second");
        TlsFiles files = Write(first);
        Certificates certificates = Open(files);
        using IDisposable watch = certificates.Watch();
        File.WriteAllText(files.CertificatePath, Pem.Certificate(second));
        _time.Advance(Second);
        File.WriteAllText(files.KeyPath!, Pem.Key(second));
        _time.Advance(Second);
        Assert.Equal(first.Thumbprint, certificates.Current.Certificate.Thumbprint);
        _time.Advance(Second);
        Assert.Equal(second.Thumbprint, certificates.Current.Certificate.Thumbprint);
        Assert.DoesNotContain(_log.Lines, line => line.Level > LogLevel.Information);
        Assert.Contains(_log.Lines, line => line.Text.StartsWith($"the certificate in {files.CertificatePath} is for CN=second, until ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_that_leads_to_another_file_is_a_change()
    {
        X509Certificate2 first = _maker.Make("first"), second = _maker.Make("second");
        _maker.Write("first.pem", Pem.Certificate(first), Pem.Key(first));
        _maker.Write("second.pem", Pem.Certificate(second), Pem.Key(second), "");
        File.CreateSymbolicLink(_maker["link.pem"], _maker["first.pem"]);
        Certificates certificates = Open(new TlsFiles(_maker["link.pem"]));
        using IDisposable watch = certificates.Watch();
        File.Delete(_maker["link.pem"]);
        File.CreateSymbolicLink(_maker["link.pem"], _maker["second.pem"]);
        _time.Advance(Second);
        _time.Advance(Second);
        Assert.Equal(second.Thumbprint, certificates.Current.Certificate.Thumbprint);
    }

    [Fact]
    public void Authorities_of_clients_are_named_when_they_are_read_and_when_they_change()
    {
        TlsFiles files = Write(_maker.Make("server")) with { ClientCaPath = _maker.Write("clients.pem", Pem.Certificate(_maker.Root)) };
        Certificates certificates = Open(files);
        using var other = new CertificateMaker(_time.GetUtcNow());
        _maker.Write("clients.pem", Pem.Certificate(_maker.Root), Pem.Certificate(other.Root), Pem.Certificate(_maker.Make("no authority")));
        certificates.Reload();
        Assert.Equal(
            [$"the authorities of clients in {files.ClientCaPath}: root", $"the authorities of clients in {files.ClientCaPath}: root, root"],
            _log.Lines.Where(line => line.Text.Contains("authorities", StringComparison.Ordinal)).Select(line => line.Text));
    }

    [Fact]
    public void What_cannot_be_used_is_logged_once_and_the_certificate_stays()
    {
        X509Certificate2 first = _maker.Make("first");
        TlsFiles files = Write(first);
        Certificates certificates = Open(files);
        using IDisposable watch = certificates.Watch();
        File.WriteAllText(files.CertificatePath, "nonsense");
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(Second);
        }

        Assert.Equal(first.Thumbprint, certificates.Current.Certificate.Thumbprint);
        Assert.Equal(
            $"{files.CertificatePath} cannot be used, and the certificate stays as it was: it is neither PEM nor PKCS#12 without a password",
            Assert.Single(_log.Lines, line => line.Level == LogLevel.Error).Text);
    }

    [Fact]
    public void A_new_certificate_that_has_ended_is_not_taken()
    {
        X509Certificate2 first = _maker.Make("first"), late = _maker.Make("late", days: -1);
        TlsFiles files = Write(first);
        Certificates certificates = Open(files);
        Write(late);
        certificates.Reload();
        Assert.Equal(first.Thumbprint, certificates.Current.Certificate.Thumbprint);
        Assert.Contains("its certificate has ended on ", Assert.Single(_log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, null)]
    [InlineData(13, "ends on")]
    [InlineData(-1, "has ended on")]
    public void A_certificate_that_ends_within_a_fortnight_is_warned_of(double days, string? words)
    {
        Open(Write(_maker.Make("server", days)));
        string? warning = _log.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text).SingleOrDefault();
        Assert.Equal(words is not null, warning?.StartsWith($"the certificate for CN=server {words} ", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void The_warning_comes_once_a_day_as_long_as_the_server_runs()
    {
        Certificates certificates = Open(Write(_maker.Make("server", days: 15.5)));
        using IDisposable watch = certificates.Watch();
        for (int hour = 0; hour < 4 * 24; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.InRange(_log.Lines.Count(line => line.Level == LogLevel.Warning), 2, 3);
    }

    private TlsFiles Write(X509Certificate2 certificate) =>
        new(_maker.Write("server.pem", Pem.Certificate(certificate)), _maker.Write("server.key", Pem.Key(certificate)));

    private Certificates Open(TlsFiles files) => new(files, _log, _time);

    private void Fails(TlsFiles files, string name, string reason)
    {
        CertificateException failure = Assert.Throws<CertificateException>(() => Open(files));
        Assert.Equal((name, reason), (Path.GetFileName(failure.Path), failure.Reason));
    }
}
