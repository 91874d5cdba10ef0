namespace Chatctl;

/// <summary>A file of <see cref="TlsFiles"/> cannot be used: it cannot be read, or does not hold what it should.</summary>
public sealed class CertificateException : IOException
{
    /// <summary>Says which file and why.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">Why not, as the end of a sentence: "it holds no certificate".</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public CertificateException(string path, string reason, Exception? innerException = null)
        : base($"cannot use {path}: {reason}", innerException)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Why it cannot be used, as the end of a sentence.</summary>
    public string Reason { get; }
}
