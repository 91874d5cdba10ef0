using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Chatctl.Cli;

namespace Chatctl.Certificates;

/// <summary>A certificate and its private key, in two files of a folder: <c>NAME.pem</c> and <c>NAME.key</c>, both in PEM.</summary>
/// <param name="folder">The folder.</param>
/// <param name="name">The name, without an ending.</param>
internal sealed class CertificateFiles(string folder, string name)
{
    /// <summary>The certificate's file.</summary>
    public string Certificate { get; } = Path.Join(folder, $"{name}.pem");

    /// <summary>The key's file.</summary>
    public string Key { get; } = Path.Join(folder, $"{name}.key");

    /// <summary>Reads a certificate alone. The first one counts if the file has several.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UsageException">It cannot be read, or has no certificate in it.</exception>
    public static X509Certificate2 ReadCertificate(string path) =>
        Read(path, () => X509Certificate2.CreateFromPem(File.ReadAllText(path)), $"{path} has no certificate in PEM");

    /// <summary>Reads all certificates of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UsageException">It cannot be read, or has no certificate in it.</exception>
    public static X509Certificate2Collection ReadAll(string path) => Read(
        path,
        () =>
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(File.ReadAllText(path));
            return all.Count > 0 ? all : throw new CryptographicException();
        },
        $"{path} has no certificate in PEM");

    /// <summary>Reads a certificate and its private key.</summary>
    /// <param name="certificate">The certificate's file.</param>
    /// <param name="key">The key's file. It may be the same.</param>
    /// <returns>The certificate with its key. The caller disposes it.</returns>
    /// <exception cref="UsageException">One of them cannot be read, or they do not belong together.</exception>
    public static X509Certificate2 ReadPair(string certificate, string key) => Read(
        File.Exists(certificate) ? key : certificate,
        () => X509Certificate2.CreateFromPemFile(certificate, key),
        $"{(key == certificate ? $"{certificate} does not have" : $"{certificate} and {key} are not")} a certificate and its private key in PEM, without a password");

    /// <summary>Reads both.</summary>
    /// <returns>The certificate with its key. The caller disposes it.</returns>
    /// <exception cref="UsageException">One of them cannot be read, or they do not belong together.</exception>
    public X509Certificate2 Read() => ReadPair(Certificate, Key);

    /// <summary>Refuses to go on if one of the files is there.</summary>
    /// <exception cref="UsageException">One is.</exception>
    public void RefuseToOverwrite()
    {
        if (Array.Find([Key, Certificate], Path.Exists) is { } taken)
        {
            throw new UsageException($"{taken} exists already (--force overwrites it)");
        }
    }

    /// <summary>
    /// Writes both. Only the user can read the key, from its first byte on. Each file is written aside first, so no file is ever there in part, and
    /// neither is replaced if one cannot be written.
    /// </summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="key">Its key.</param>
    /// <param name="overwrites">Whether files of these names are replaced.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(X509Certificate2 certificate, AsymmetricAlgorithm key, bool overwrites)
    {
        (string Path, string Text, bool IsSecret)[] files = [(Key, key.ExportPkcs8PrivateKeyPem(), true), (Certificate, certificate.ExportCertificatePem(), false)];
        try
        {
            foreach ((string path, string text, bool isSecret) in files)
            {
                WriteAside(path, text, isSecret);
            }

            foreach ((string path, _, _) in files)
            {
                File.Move(Aside(path), path, overwrites);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write {Certificate} and {Key}: {ReasonOf(e)}", e);
        }
        finally
        {
            foreach ((string path, _, _) in files)
            {
                File.Delete(Aside(path));
            }
        }
    }

    private static T Read<T>(string path, Func<T> read, string otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read {path}: {ReasonOf(e)}");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new UsageException(otherwise);
        }
    }

    private static string Aside(string path) => $"{path}.{Environment.ProcessId}.tmp";

    private static void WriteAside(string path, string text, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(Aside(path), options);
        file.Write(Encoding.ASCII.GetBytes($"{text}\n"));
    }

    private static string ReasonOf(Exception e) => e.Message.Split(" : ")[0].TrimEnd('.');
}
