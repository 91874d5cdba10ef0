using System.Globalization;
using System.Text;
using Chatctl.Cli;
using Chatctl.Core.Sessions;

namespace Chatctl.Connect.Sessions;

/// <summary>How the options of a session are written.</summary>
internal static class SessionSyntax
{
    private const int MostCharacters = 32, MostBytes = 128;

    /// <summary>A name. The server says more exactly which characters it may have.</summary>
    public static ValueSyntax<string?> Name { get; } = ValueSyntax.Text.Within(
        $"1 to {MostCharacters} characters", name => name is null || (new StringInfo(name).LengthInTextElements <= MostCharacters && Encoding.UTF8.GetByteCount(name) <= MostBytes));

    /// <summary>What to send of the past, in the words of the protocol.</summary>
    public static ValueSyntax<string?> When { get; } = new("a position, a number of lines, a time such as 10m, or all", (string text, out string? value) =>
    {
        value = text;
        return Since.TryParse(text, out _);
    });
}
