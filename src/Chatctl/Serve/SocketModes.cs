using Chatctl.Cli;

namespace Chatctl.Serve;

/// <summary>How the permissions of a Unix socket's file are written: octal digits, as for chmod(1).</summary>
internal static class SocketModes
{
    private const int Permissions = 0x1ff;

    /// <summary>Three octal digits, or four with a zero in front.</summary>
    public static ValueSyntax<UnixFileMode> Syntax { get; } = new(
        "a mode such as 600 or 660",
        (string text, out UnixFileMode mode) =>
        {
            bool isOctal = text.Length is 3 or 4 && text.All(digit => digit is >= '0' and <= '7');
            mode = isOctal ? (UnixFileMode)Convert.ToInt32(text, 8) : UnixFileMode.None;
            return isOctal;
        },
        "from 000 to 777",
        mode => ((int)mode & ~Permissions) == 0)
    {
        Placeholder = "MODE",
    };
}
