using System.Text;
using Chatctl.Cli;
using Chatctl.Core.Access;
using Chatctl.Io;

namespace Chatctl.Serve;

/// <summary>The file of <c>--auth</c>: who may join, and with which rights.</summary>
/// <param name="path">The file, as the user wrote it.</param>
internal sealed class AuthFile(string path)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // The working directory may change before the file is read again.
    private readonly string _fullPath = Path.GetFullPath(path);

    /// <summary>Reads it.</summary>
    /// <exception cref="UsageException">It cannot be read, or is wrong. The message names the file and the line, and holds no token.</exception>
    public AccessRules Read()
    {
        // To open a pipe can take for ever, and later signals would wait for that.
        if (Libc.IsNoFile(_fullPath) && !Directory.Exists(_fullPath))
        {
            throw new UsageException($"cannot read {path}: it is a pipe, a device or a socket, and no file");
        }

        try
        {
            return RuleSyntax.Read(File.ReadAllText(_fullPath, Strict));
        }
        catch (BadRuleException e)
        {
            throw new UsageException(e.Line is { } line ? $"{path}, line {line}: {e.Message}" : $"{path}: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{path} is not a text in UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read {path}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => path;
}
