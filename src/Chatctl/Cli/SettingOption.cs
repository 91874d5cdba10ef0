using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>An option that can also be given in the environment, and knows what its value may be.</summary>
internal sealed class SettingOption : CommandOption
{
    /// <summary>Reads its names.</summary>
    /// <param name="template">Its names and the placeholder: <c>-t|--transport &lt;NAME&gt;</c>.</param>
    /// <param name="type">Whether it takes a value, and whether that may be left out.</param>
    /// <param name="hint">What the value may be; if that is one of a few words, they are the placeholder.</param>
    public SettingOption(string template, CommandOptionType type, ValueHint? hint = null)
        : base(template, type)
    {
        Hint = hint;
        ValueName = hint is ValueHint.Words words ? string.Join('|', words.Choices) : ValueName;
    }

    /// <summary>What its value may be; null if it has none, or a shell cannot know.</summary>
    public ValueHint? Hint { get; }

    /// <summary>The environment variable that stands for it.</summary>
    public string Variable => $"CHATCTL_{LongName!.Replace('-', '_').ToUpperInvariant()}";
}
