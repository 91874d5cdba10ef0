using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Tls;

/// <summary>The credentials that a server uses now. It follows the files: when they change, it reads them again.</summary>
/// <remarks>Safe for use from any thread.</remarks>
internal sealed class Certificates
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WarnPeriod = TimeSpan.FromDays(1);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    // How many authorities the log names.
    private const int MostNames = 5;

    private readonly TlsFiles _files;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private volatile Credentials _current;
    private FileState[] _read;
    private FileState[] _seen;
    private long _warnedAt;

    /// <summary>Reads the files.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="logger">The log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CertificateException">One of them cannot be used.</exception>
    public Certificates(TlsFiles files, ILogger logger, TimeProvider time)
    {
        _files = files;
        _logger = logger;
        _time = time;
        _read = _seen = States();
        _current = CredentialFiles.Read(files);
        Tell();
    }

    /// <summary>What new peers get.</summary>
    public Credentials Current => _current;

    /// <summary>Looks at the files once a second, until the result is disposed.</summary>
    public IDisposable Watch() => _time.CreateTimer(_ => Look(), null, LookPeriod, LookPeriod);

    /// <summary>Reads the files again. If one of them cannot be used, everything stays as it was, and the log says so.</summary>
    public void Reload()
    {
        lock (_gate)
        {
            _read = _seen = States();
            try
            {
                Credentials credentials = CredentialFiles.Read(_files);
                if (credentials.Certificate.NotAfter.ToUniversalTime() <= _time.GetUtcNow())
                {
                    throw new CertificateException(_files.CertificatePath, $"its certificate has ended on {Date(credentials)}");
                }

                _current = credentials;
                Tell();
            }
            catch (CertificateException e)
            {
                TlsMessages.CertificateRefused(_logger, e.Path, e.Reason);
            }
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            FileState[] now = States();

            // Several files are not replaced in one step. So they are read when they have been the same for a second.
            bool isQuiet = now.SequenceEqual(_seen);
            _seen = now;
            if (isQuiet && !now.SequenceEqual(_read))
            {
                Reload();
            }
            else if (_time.GetElapsedTime(_warnedAt) >= WarnPeriod)
            {
                WarnIfEnding();
            }
        }
    }

    private void Tell()
    {
        TlsMessages.CertificateLoaded(_logger, _files.CertificatePath, _current.Certificate.Subject, Date(_current));
        if (_current.Authorities is { } all)
        {
            string[] names = [.. all.Where(ClientCertificates.IsAuthority).Select(CertificateName.Of)];
            TlsMessages.AuthoritiesLoaded(
                _logger, _files.ClientCaPath!, string.Join(", ", names.Take(MostNames)) + (names.Length > MostNames ? $" and {names.Length - MostNames} others" : ""));
        }

        WarnIfEnding();
    }

    private void WarnIfEnding()
    {
        _warnedAt = _time.GetTimestamp();
        TimeSpan left = _current.Certificate.NotAfter.ToUniversalTime() - _time.GetUtcNow().UtcDateTime;
        if (left < Soon)
        {
            TlsMessages.CertificateEnds(_logger, _current.Certificate.Subject, left < TimeSpan.Zero ? "has ended on" : "ends on", Date(_current));
        }
    }

    private static string Date(Credentials credentials) => credentials.Certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private FileState[] States() => [FileState.Of(_files.CertificatePath), FileState.Of(_files.KeyPath), FileState.Of(_files.ClientCaPath)];

    /// <summary>By what a change of a file is seen.</summary>
    private readonly record struct FileState(DateTime Written, long Length)
    {
        /// <summary>The state of the file that a path leads to, also over links. A file that cannot be opened has a state of its own.</summary>
        public static FileState Of(string? path)
        {
            try
            {
                if (path is not null && !FileKind.IsNoFile(path))
                {
                    using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
                    return new FileState(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next read of the file tells why.
            }

            return default;
        }
    }
}
