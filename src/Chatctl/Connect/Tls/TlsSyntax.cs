using Chatctl.Cli;

namespace Chatctl.Connect.Tls;

/// <summary>How the options of TLS are written.</summary>
internal static class TlsSyntax
{
    /// <summary>The versions of TLS that there are here.</summary>
    public const string Tls12 = "1.2", Tls13 = "1.3";

    /// <summary>The oldest version to accept.</summary>
    public static ValueSyntax<string?> Version { get; } = new($"one of {Tls12}, {Tls13}", (string text, out string? value) =>
    {
        value = text;
        return text is Tls12 or Tls13;
    })
    {
        Hint = new ValueHint.Words([Tls12, Tls13]),
    };
}
