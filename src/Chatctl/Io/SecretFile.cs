using Chatctl.Cli;

namespace Chatctl.Io;

/// <summary>A file that holds a secret.</summary>
internal static class SecretFile
{
    private const int MostBytes = 4096;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the beginning of a file, in which a secret has to be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it holds, for a message.</param>
    /// <exception cref="UsageException">It cannot be read, or others can get at it.</exception>
    public static string Read(string path, string what)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (!OperatingSystem.IsWindows() && file.CanSeek && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0 && Libc.IsOwn(file.SafeFileHandle))
            {
                throw new UsageException($"other users can get at {path}: 'chmod 600' keeps the {what} secret");
            }

            byte[] bytes = new byte[MostBytes];
            return System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read {path}: {e.Message}");
        }
    }
}
