using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Certificates;
using Chatctl.Cli;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<CertVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl cert</c>: makes certificates for those who have none.</summary>
internal sealed class CertVerb : Verb
{
    private const string AuthorityName = "ca";

    private static readonly ValueSyntax<CertificateKind> Kind = ValueSyntax.OneOf<CertificateKind>();

    private static readonly ValueSyntax<long?> Days = ValueSyntax.Count.Within("from 1 to 36500", days => days is >= 1 and <= 36500).OrNone();

    /// <inheritdoc/>
    public override string Name => "cert";

    /// <inheritdoc/>
    public override string Summary => "Make certificates for TLS: an authority, servers and clients.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl cert ca                                 # make an authority: ca.pem, and ca.key, which stays here
          chatctl cert server ops.example.org 10.0.0.5    # make a server's certificate, for all of its names
          chatctl cert client ann                         # make a client's certificate
          chatctl cert pin ops.example.org.pem            # print the pin of a certificate, for connect --pin
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        var kind = new HintedArgument { Name = "what", Description = $"What to make: {Kind.Expectation}. pin makes nothing: it prints the pin of a certificate.", Hint = Kind.Hint! };
        command.Arguments.Add(kind);
        CommandArgument names = command.Argument(
            "name", "For server: the names and IP addresses that clients will use; the first names the files. For client: its name. For pin: a file.", multipleValues: true);
        Setting<string?> folder = command.Setting("--dir <DIR>", "Where the files are, and where they go. Default: the current folder.", ValueSyntax.Directories, null);
        Setting<long?> days = command.Setting(
            "--days <N>", $"How long the certificate is good, but never longer than its authority. Default: {Authority.Days}, and {Authority.RootDays} for an authority.", Days, null);
        Switch force = command.Switch("--force", "Overwrite files that exist.");
        return () =>
        {
            string text = kind.Value ?? throw new UsageException($"nothing to make given; the argument is {Kind.Expectation}");
            string[] words = [.. names.Values.Select(name => name ?? "")];
            string place = folder.Value ?? "";
            int? period = (int?)days.Value;
            switch (Kind.TryParse(text, out CertificateKind wanted) ? wanted : throw new UsageException($"'{text}' is not {Kind.Expectation}"))
            {
                case CertificateKind.Ca:
                    Expect(words.Length == 0, $"'{string.Join(' ', words)}': an authority needs no name");
                    MakeAuthority(place, period ?? Authority.RootDays, force.IsOn);
                    break;
                case CertificateKind.Server:
                    Expect(words.Length > 0, "no host given; the arguments are the names and IP addresses that clients will use");
                    string[] hosts = Array.ConvertAll(words, CertificateNames.Host);
                    Make(place, CertificateNames.FileOf(hosts[0]), force.IsOn, (authority, key) => authority.CreateServer(key, hosts, period ?? Authority.Days), hasPin: true);
                    break;
                case CertificateKind.Client:
                    Expect(words.Length == 1, "a client's certificate is for one name");
                    string name = CertificateNames.Client(words[0]);
                    Make(place, name, force.IsOn, (authority, key) => authority.CreateClient(key, name, period ?? Authority.Days), hasPin: false);
                    break;
                default:
                    Expect(words.Length == 1, "the pin of one certificate: give its file");
                    using (X509Certificate2 certificate = CertificateFiles.ReadCertificate(words[0]))
                    {
                        StandardStreams.OutputText.Write($"{Pin.Of(certificate)}\n");
                    }

                    break;
            }

            return ExitCode.Done;
        };
    }

    private static void MakeAuthority(string folder, int days, bool overwrites)
    {
        var files = new CertificateFiles(folder, AuthorityName);
        Prepare(files, overwrites);
        if (folder.Length > 0)
        {
            CreateFolder(folder);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 root = Authority.CreateRoot(key, days);
        files.Write(root, key, overwrites);
        Tell(files, root, hasPin: false);
    }

    private static void Make(string folder, string name, bool overwrites, Func<Authority, ECDsa, X509Certificate2> create, bool hasPin)
    {
        Expect(!name.Equals(AuthorityName, StringComparison.OrdinalIgnoreCase), $"'{name}' is the name of the authority's files");
        var files = new CertificateFiles(folder, name);
        Prepare(files, overwrites);
        var authority = new CertificateFiles(folder, AuthorityName);
        Expect(Path.Exists(authority.Certificate), $"there is no {authority.Certificate}: 'chatctl cert ca' makes an authority first");
        using X509Certificate2 root = authority.Read();
        Expect(Authority.IsRoot(root), $"{authority.Certificate} is not the certificate of an authority");
        Expect(root.GetECDsaPrivateKey() is not null, $"{authority.Key} is not an ECDSA key");
        Expect(root.NotAfter > DateTime.Now, $"the authority in {authority.Certificate} has expired, on {Day(root.NotAfter)}");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = create(new Authority(root), key);
        files.Write(certificate, key, overwrites);
        Tell(files, certificate, hasPin);
    }

    private static void Prepare(CertificateFiles files, bool overwrites)
    {
        if (!overwrites)
        {
            files.RefuseToOverwrite();
        }
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot make the folder {folder}: {e.Message}", e);
        }
    }

    private static void Tell(CertificateFiles files, X509Certificate2 certificate, bool hasPin) => StandardStreams.OutputText.Write(
        $"certificate: {files.Certificate}\nkey: {files.Key}\nuntil: {Day(certificate.NotAfter)}\n{(hasPin ? $"pin: {Pin.Of(certificate)}\n" : "")}");

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new UsageException(otherwise);
        }
    }
}
