namespace Chatctl.Tests.Connect.Tls;

/// <summary>Options of TLS that make no sense: one line on standard error, and exit code 2.</summary>
public sealed class TlsOptionTests
{
    private const string Pin = "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Theory]
    [InlineData("--ca is for a tls:// endpoint, and tcp://localhost:1 is none", "1 --ca x")]
    [InlineData("--pin is for a tls:// endpoint, and tcp://localhost:1 is none", $"1 --pin {Pin}")]
    [InlineData("--insecure is for a tls:// endpoint, and unix:/x is none", "unix:/x --insecure")]
    [InlineData("--cert is for a tls:// endpoint, and tcp://localhost:1 is none", "1 --cert x")]
    [InlineData("--key is for a tls:// endpoint, and tcp://localhost:1 is none", "1 --key x")]
    [InlineData("--min-tls is for a tls:// endpoint, and tcp://localhost:1 is none", "1 --min-tls 1.2")]
    [InlineData("--ca and --pin exclude each other", $"tls://a --ca x --pin {Pin}")]
    [InlineData("--ca and --insecure exclude each other", "tls://a --ca x --insecure")]
    [InlineData("--pin and --insecure exclude each other", $"tls://a --pin {Pin} --insecure")]
    [InlineData("--pin: 'sha256:AAAA' is not a pin such as sha256:BASE64", "tls://a --pin sha256:AAAA")]
    [InlineData("--pin: '47DEQpj8HBSa' is not a pin such as sha256:BASE64", "tls://a --pin 47DEQpj8HBSa")]
    [InlineData("--min-tls: '1.1' is not one of 1.2, 1.3", "tls://a --min-tls 1.1")]
    [InlineData("--key is the key of a certificate, and there is no --cert", "tls://a --key x")]
    [InlineData("cannot read /nowhere/ca.pem: ", "tls://a --ca /nowhere/ca.pem")]
    [InlineData("/dev/null has no certificate in PEM", "tls://a --ca /dev/null")]
    [InlineData("cannot read /nowhere/ann.pem: ", "tls://a --cert /nowhere/ann.pem")]
    [InlineData("/dev/null does not have a certificate and its private key in PEM", "tls://a --cert /dev/null")]
    public async Task A_mistake_is_refused_in_one_line(string message, string words)
    {
        using var tool = ToolProcess.Start(["connect", .. words.Split(' ')]);
        AssertRefused(message, await tool.FinishAsync());
    }

    [Theory]
    [InlineData("CHATCTL_CA")]
    [InlineData("CHATCTL_PIN")]
    [InlineData("CHATCTL_CERT")]
    [InlineData("CHATCTL_KEY")]
    public async Task A_variable_is_refused_too_without_TLS(string variable)
    {
        using var tool = ToolProcess.Start(new Dictionary<string, string> { [variable] = Pin }, "connect", "1");
        AssertRefused($"{variable} is for a tls:// endpoint, and tcp://localhost:1 is none", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_key_that_does_not_belong_to_the_certificate_is_refused()
    {
        using var certificates = new TestCertificates();
        string[] ann = certificates.Client("ann"), bob = certificates.Client("bob");
        using var tool = ToolProcess.Start("connect", "tls://a", ann[0], ann[1], bob[2], bob[3]);
        AssertRefused($"{ann[1]} and {bob[3]} are not a certificate and its private key in PEM, without a password", await tool.FinishAsync());
    }

    [Fact]
    public async Task The_variables_stand_for_the_options()
    {
        using var venue = new TlsVenue();
        var environment = new Dictionary<string, string> { ["CHATCTL_CA"] = venue.Certificates["ca.pem"] };
        using var tool = ToolProcess.Start(environment, "connect", venue.Endpoint);
        using TlsPeer peer = await venue.AcceptAsync();
        await peer.FinishAsync();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    private static void AssertRefused(string message, ToolResult result)
    {
        EndingTests.AssertOneLine(message, result.Error);
        Assert.Equal((2, ""), (result.ExitCode, result.Text));
    }
}
