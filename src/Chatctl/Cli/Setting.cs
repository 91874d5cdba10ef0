using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>
/// One option with a value: taken from the command line, else from the environment (<c>CHATCTL_</c> and the option's long name, so
/// <c>--max-line</c> is <c>CHATCTL_MAX_LINE</c>), else its default.
/// </summary>
/// <typeparam name="T">What the value means.</typeparam>
/// <param name="option">Where it stands on the command line.</param>
/// <param name="syntax">How a value is written.</param>
/// <param name="fallback">What holds when nobody says anything.</param>
internal sealed class Setting<T>(CommandOption option, ValueSyntax<T> syntax, T fallback)
{
    /// <summary>The value that holds. Read it after the command line has been parsed.</summary>
    /// <exception cref="UsageException">The value given is not one.</exception>
    public T Value => option.Value() is { } text ? Parse(text, $"--{option.LongName}")
        : Environment.GetEnvironmentVariable(SettingDeclarations.Variable(option)) is { Length: > 0 } variable
            ? Parse(variable, SettingDeclarations.Variable(option))
            : fallback;

    private T Parse(string text, string origin) => syntax.TryParse(text, out T value)
        ? value
        : throw new UsageException($"{origin}: '{text}' is not {syntax.Expectation}");
}

/// <summary>An option without a value: given or not, or <c>1</c>, <c>true</c>, <c>yes</c>, <c>on</c> in its environment variable.</summary>
/// <param name="option">Where it stands on the command line.</param>
internal sealed class Switch(CommandOption option)
{
    /// <summary>Whether it is on. Read it after the command line has been parsed.</summary>
    /// <exception cref="UsageException">The environment variable is neither on nor off.</exception>
    public bool IsOn => option.HasValue() || Environment.GetEnvironmentVariable(SettingDeclarations.Variable(option))?.ToLowerInvariant() switch
    {
        null or "" or "0" or "false" or "no" or "off" => false,
        "1" or "true" or "yes" or "on" => true,
        var other => throw new UsageException($"{SettingDeclarations.Variable(option)}: '{other}' is neither on nor off"),
    };
}

/// <summary>Declares options on a command.</summary>
internal static class SettingDeclarations
{
    /// <summary>Declares an option with a value.</summary>
    /// <typeparam name="T">What the value means.</typeparam>
    /// <param name="command">The command it belongs to.</param>
    /// <param name="template">Its names and the placeholder: <c>-t|--transport &lt;NAME&gt;</c>.</param>
    /// <param name="description">For the help, the default included.</param>
    /// <param name="syntax">How a value is written.</param>
    /// <param name="fallback">The default.</param>
    public static Setting<T> Setting<T>(this CommandLineApplication command, string template, string description, ValueSyntax<T> syntax, T fallback) =>
        new(command.Option(template, description, CommandOptionType.SingleValue), syntax, fallback);

    /// <summary>Declares an option without a value.</summary>
    /// <param name="command">The command it belongs to.</param>
    /// <param name="template">Its names.</param>
    /// <param name="description">For the help.</param>
    public static Switch Switch(this CommandLineApplication command, string template, string description) =>
        new(command.Option(template, description, CommandOptionType.NoValue));

    /// <summary>The environment variable that stands for an option.</summary>
    /// <param name="option">The option.</param>
    public static string Variable(CommandOption option) => $"CHATCTL_{option.LongName!.Replace('-', '_').ToUpperInvariant()}";
}
