using Chatctl.Tests.Connect;

namespace Chatctl.Tests.Certificates;

/// <summary>The certificates that <c>chatctl cert</c> makes, read by openssl.</summary>
public sealed class CertTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Openssl_accepts_a_server_and_a_client_of_the_authority_and_nothing_else()
    {
        ToolResult result = await ShellAsync("""
            set -e
            "$CHATCTL" cert ca >told
            "$CHATCTL" cert server ops.example.org '*.ops.example.org' 10.0.0.5 ::1 >told
            "$CHATCTL" cert client ann >told
            refused() { if "$@"; then echo "accepted: $*" >&2; fi; }
            check() { openssl verify -x509_strict -CAfile ca.pem "$@" >told 2>&1; }
            check -purpose sslserver -verify_hostname ops.example.org ops.example.org.pem
            check -purpose sslserver -verify_hostname a.ops.example.org ops.example.org.pem
            check -purpose sslserver -verify_ip 10.0.0.5 ops.example.org.pem
            check -purpose sslserver -verify_ip ::1 ops.example.org.pem
            check -purpose sslclient ann.pem
            refused check -purpose sslserver ann.pem
            refused check -purpose sslclient ops.example.org.pem
            refused check -verify_hostname dev.example.org ops.example.org.pem
            mkdir other && "$CHATCTL" cert ca --dir other >told
            refused openssl verify -CAfile other/ca.pem ann.pem 2>told
            """);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
    }

    [Fact]
    public async Task Openssl_shows_what_is_in_them()
    {
        ToolResult result = await ShellAsync("""
            "$CHATCTL" cert ca >told && "$CHATCTL" cert server ops 10.0.0.5 >told && "$CHATCTL" cert client 'ann b' >told
            openssl x509 -in ops.pem -noout -text && openssl x509 -in 'ann b.pem' -noout -subject && openssl x509 -in ca.pem -noout -text
            """);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Contains("DNS:ops, IP Address:10.0.0.5\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("TLS Web Server Authentication\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("NIST CURVE: P-256\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("subject=CN = ann b\n", result.Text, StringComparison.Ordinal);
        Assert.Contains("CA:TRUE, pathlen:0\n", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pin_is_the_one_that_others_compute()
    {
        ToolResult result = await ShellAsync("""
            "$CHATCTL" cert ca >told && "$CHATCTL" cert server ops | sed -n 's/^pin: //p'
            "$CHATCTL" cert pin ops.pem
            echo "sha256:$(openssl x509 -in ops.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)"
            """);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        string pin = Assert.Single(result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct());
        Assert.Matches("^sha256:[A-Za-z0-9+/]{43}=$", pin);
    }

    [Fact]
    public async Task Only_the_user_can_read_a_key_from_its_first_byte_on()
    {
        // The system notes with which permissions each file is made. Nothing widens them.
        ToolResult result = await ShellAsync("""
            umask 000
            strace -f -o calls -e trace=openat,chmod,fchmod,rename,renameat,link "$CHATCTL" cert ca >told 2>&1
            grep -c 'ca.key.*O_CREAT.*, 0600)' calls
            grep -c 'chmod.*ca' calls
            stat -c '%a %n' ca.key
            """);
        Assert.Equal("1\n0\n600 ca.key\n", result.Text);
    }

    [Fact]
    public async Task Files_that_exist_are_overwritten_only_with_force()
    {
        ToolResult result = await ShellAsync("""
            "$CHATCTL" cert ca >told && "$CHATCTL" cert server ops >told && cp ops.pem before.pem && cp ops.key before.key
            "$CHATCTL" cert server ops; echo $?
            "$CHATCTL" cert ca; echo $?
            cmp ops.pem before.pem && cmp ops.key before.key && rm ops.pem
            "$CHATCTL" cert server ops; echo $?
            [ ! -e ops.pem ] && "$CHATCTL" cert server ops --force >told && ! cmp -s ops.key before.key && openssl verify -CAfile ca.pem ops.pem
            ls
            """);
        Assert.Equal("2\n2\n2\nops.pem: OK\nbefore.key\nbefore.pem\nca.key\nca.pem\nops.key\nops.pem\ntold\n", result.Text);
        Assert.Equal(
            "chatctl: ops.key exists already (--force overwrites it)\nchatctl: ca.key exists already (--force overwrites it)\n"
                + "chatctl: ops.key exists already (--force overwrites it)\n",
            result.Error);
    }

    [Fact]
    public async Task A_certificate_is_never_good_for_longer_than_its_authority()
    {
        ToolResult result = await ShellAsync("""
            "$CHATCTL" cert ca --days 10 | sed -n 's/^until/until/p'
            "$CHATCTL" cert server ops --days 100 | sed -n 's/^until/until/p'
            "$CHATCTL" cert server dev --days 3 >told
            openssl x509 -in dev.pem -noout -checkend $((2 * 86400)) && ! openssl x509 -in dev.pem -noout -checkend $((4 * 86400))
            """);
        string[] lines = result.Text.Split('\n');
        Assert.Equal(lines[0], lines[1]);
        Assert.Equal(["Certificate will not expire", "Certificate will expire", ""], lines[2..]);
    }

    [Fact]
    public async Task What_the_authority_has_signed_cannot_sign()
    {
        ToolResult result = await ShellAsync("""
            "$CHATCTL" cert ca >told && "$CHATCTL" cert server ops >told
            mkdir child && cp ops.pem child/ca.pem && cp ops.key child/ca.key
            exec "$CHATCTL" cert client eve --dir child
            """);
        EndingTests.AssertOneLine("child/ca.pem is not the certificate of an authority", result.Error);
        Assert.Equal((2, ""), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        ToolResult result = await ShellAsync("""
            "$CHATCTL" cert ca --dir keys >told && mkdir keys/ops.pem
            "$CHATCTL" cert server ops --dir keys --force; echo $?
            ls keys
            """);
        Assert.StartsWith("1\n", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("tmp", result.Text, StringComparison.Ordinal);
        EndingTests.AssertOneLine("cannot write keys/ops.pem and keys/ops.key: ", result.Error);
    }

    [Theory]
    [InlineData("nothing to make given; the argument is one of ca, server, client, pin", "")]
    [InlineData("'root' is not one of ca, server, client, pin", "root")]
    [InlineData("'ops': an authority needs no name", "ca|ops")]
    [InlineData("no host given", "server")]
    [InlineData("'a b' is neither a host name nor an IP address", "server|a b")]
    [InlineData("'127.1' is neither a host name nor an IP address", "server|127.1")]
    [InlineData("'*' is neither a host name nor an IP address", "server|*")]
    [InlineData("'a.*' is neither a host name nor an IP address", "server|a.*")]
    [InlineData("'../ops' is neither a host name nor an IP address", "server|../ops")]
    [InlineData("a client's certificate is for one name", "client|ann|bob")]
    [InlineData("'../ann' is not a client's name", "client|../ann")]
    [InlineData("'-ann' is not a client's name", "client|--|-ann")]
    [InlineData("'' is not a client's name", "client|")]
    [InlineData("'ca' is the name of the authority's files", "client|ca")]
    [InlineData("there is no ca.pem: 'chatctl cert ca' makes an authority first", "client|ann")]
    [InlineData("the pin of one certificate: give its file", "pin")]
    [InlineData("cannot read nowhere.pem: ", "pin|nowhere.pem")]
    [InlineData("--days: 0 is out of range: from 1 to 36500", "ca|--days|0")]
    public async Task A_mistake_is_refused_in_one_line_and_makes_nothing(string message, string words)
    {
        ToolResult result = await ShellAsync("\"$CHATCTL\" cert \"${@:2}\"; code=$?; ls; exit $code", words.Length == 0 ? [] : words.Split('|'));
        EndingTests.AssertOneLine(message, result.Error);
        Assert.Equal((2, ""), (result.ExitCode, result.Text));
    }

    private async Task<ToolResult> ShellAsync(string script, params string[] arguments)
    {
        using var shell = ToolProcess.Shell($"cd \"$1\"\n{script}", [_folder.Root, .. arguments]);
        return await shell.FinishAsync();
    }
}
