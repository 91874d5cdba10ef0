using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>An option that can also be given in the environment, and knows what its value may be.</summary>
internal sealed class SettingOption : CommandOption
{
    /// <summary>Reads its names.</summary>
    /// <param name="template">Its names and the placeholder: <c>-t|--transport &lt;NAME&gt;</c>.</param>
    /// <param name="type">Whether it takes a value, and whether the value may be left out.</param>
    public SettingOption(string template, CommandOptionType type)
        : base(template, type)
    {
    }

    /// <summary>What its value may be; null if it has none, or if a shell cannot know.</summary>
    public ValueHint? Hint { get; private init; }

    /// <summary>What a value looks like, as the end of "it must be …"; null if it needs no value.</summary>
    public string? Expectation { get; private init; }

    /// <summary>The environment variable that stands for it.</summary>
    public string Variable => $"CHATCTL_{LongName!.Replace('-', '_').ToUpperInvariant()}";

    /// <summary>Makes an option whose value has a form. A form may have a placeholder of its own, which is the same for all options.</summary>
    /// <typeparam name="T">What the value means.</typeparam>
    /// <param name="template">Its names and the placeholder.</param>
    /// <param name="type">Whether it takes a value, and whether the value may be left out.</param>
    /// <param name="syntax">The form of the value.</param>
    public static SettingOption Of<T>(string template, CommandOptionType type, ValueSyntax<T> syntax)
    {
        var option = new SettingOption(template, type) { Hint = syntax.Hint, Expectation = syntax.Expectation };
        option.ValueName = syntax.Hint is ValueHint.Words words ? string.Join('|', words.Choices) : syntax.Placeholder ?? option.ValueName;
        return option;
    }
}
