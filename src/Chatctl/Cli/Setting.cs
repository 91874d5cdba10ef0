using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>
/// Something that a user may set. The command line comes first, then the environment, then the default. The variable in the environment is
/// <c>CHATCTL_</c> and the option's long name: <c>--max-line</c> is <c>CHATCTL_MAX_LINE</c>. An empty variable counts as absent.
/// </summary>
/// <param name="option">The option on the command line.</param>
internal abstract class Setting(SettingOption option)
{
    private bool _isYielding;

    /// <summary>The name that the user writes: <c>--max-line</c>.</summary>
    public string Name => $"--{option.LongName}";

    /// <summary>Whether it is on the command line. The command line wins over the environment.</summary>
    public bool IsFlag => option.HasValue();

    /// <summary>Whether the user has set it, and the setting takes effect.</summary>
    public abstract bool IsGiven { get; }

    /// <summary>The environment variable that stands for it.</summary>
    protected string Variable => option.Variable;

    /// <summary>Where its value comes from, for messages: the option, or the variable if only that is given.</summary>
    protected string Origin => !IsFlag && FromEnvironment is not null ? Variable : Name;

    /// <summary>The variable's text; null if it has none, or if a flag overrides it.</summary>
    protected string? FromEnvironment =>
        !_isYielding && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    /// <summary>Refuses a setting that makes no sense here.</summary>
    /// <param name="reason">Why, as what follows its name in a sentence.</param>
    /// <exception cref="UsageException">It is given.</exception>
    public void Refuse(string reason)
    {
        if (IsGiven)
        {
            throw new UsageException($"{Origin} {reason}");
        }
    }

    /// <summary>Refuses two settings that make no sense together. A flag wins over a variable: the variable is then ignored.</summary>
    /// <param name="one">One of them.</param>
    /// <param name="other">The other.</param>
    /// <exception cref="UsageException">Both are given in the same place.</exception>
    public static void Exclude(Setting one, Setting other)
    {
        if (!one.IsGiven || !other.IsGiven)
        {
            return;
        }

        if (one.IsFlag == other.IsFlag)
        {
            (string first, string second) = one.IsFlag ? (one.Name, other.Name) : (one.Variable, other.Variable);
            throw new UsageException($"{first} and {second} exclude each other");
        }

        (one.IsFlag ? other : one)._isYielding = true;
    }
}

/// <summary>A setting with a value.</summary>
/// <typeparam name="T">What the value means.</typeparam>
/// <param name="option">The option on the command line.</param>
/// <param name="syntax">How a value is written.</param>
/// <param name="fallback">The default.</param>
/// <param name="bare">What the flag means without a value, if it may have none.</param>
internal sealed class Setting<T>(SettingOption option, ValueSyntax<T> syntax, T fallback, T? bare = default) : Setting(option)
{
    private readonly SettingOption _option = option;

    /// <inheritdoc/>
    public override bool IsGiven => IsFlag || FromEnvironment is not null;

    /// <summary>Whether it is a flag without a value.</summary>
    public bool IsBare => IsFlag && _option.Value() is null;

    /// <summary>The value that takes effect. Read it after the command line has been parsed.</summary>
    /// <exception cref="UsageException">The text is not such a value.</exception>
    public T Value => _option.Value() is { } text ? Parse(text, Name)
        : IsBare ? bare!
        : FromEnvironment is { } variable ? Parse(variable, Variable)
        : fallback;

    /// <summary>The failure of a value that does not fit the value of another option.</summary>
    /// <param name="range">What fits, as the end of "is out of range: …".</param>
    public UsageException OutOfRange(string range) => new($"{Origin}: {_option.Value() ?? FromEnvironment ?? "the default"} is out of range: {range}");

    private T Parse(string text, string origin) => !syntax.Read(text, out T value)
        ? throw new UsageException(text.Length == 0 ? $"{origin}: the value is empty; it must be {syntax.Expectation}" : $"{origin}: '{text}' is not {syntax.Expectation}")
        : !syntax.IsInRange(value)
            ? throw new UsageException($"{origin}: {text} is out of range: {syntax.Range}")
            : value;
}

/// <summary>A setting that may be given several times. Each time it has one value, or several with commas between them.</summary>
/// <typeparam name="T">What each value means.</typeparam>
/// <param name="option">The option on the command line.</param>
/// <param name="syntax">How a value is written.</param>
internal sealed class SettingList<T>(SettingOption option, ValueSyntax<T> syntax) : Setting(option)
{
    private readonly SettingOption _option = option;

    /// <inheritdoc/>
    public override bool IsGiven => IsFlag || FromEnvironment is not null;

    /// <summary>The values that take effect; empty without the setting. Read them after the command line has been parsed.</summary>
    /// <exception cref="UsageException">One of the texts is not such a value.</exception>
    public IReadOnlyList<T> Values => IsFlag ? Parse(string.Join(',', _option.Values), Name)
        : FromEnvironment is { } variable ? Parse(variable, Variable)
        : [];

    private T[] Parse(string texts, string origin) => Array.ConvertAll(texts.Split(',', StringSplitOptions.TrimEntries), text => syntax.TryParse(text, out T value)
        ? value
        : throw new UsageException(text.Length == 0 ? $"{origin}: a value is empty; it must be {syntax.Expectation}" : $"{origin}: '{text}' is not {syntax.Expectation}"));
}

/// <summary>
/// A setting that is on or off. The flag <c>--name</c> switches it on. The flag <c>--name=no</c> switches off what the environment has switched
/// on. In the environment it is <c>1</c>, <c>true</c>, <c>yes</c>, <c>on</c> or <c>0</c>, <c>false</c>, <c>no</c>, <c>off</c>.
/// </summary>
/// <param name="option">The option on the command line.</param>
internal sealed class Switch(SettingOption option) : Setting(option)
{
    private readonly SettingOption _option = option;

    /// <inheritdoc/>
    public override bool IsGiven => IsOn;

    /// <summary>Whether it is on. Read it after the command line has been parsed.</summary>
    /// <exception cref="UsageException">The value is neither yes nor no.</exception>
    public bool IsOn => IsFlag
        ? _option.Value() is not { } text || Parse(text, Name)
        : FromEnvironment is { } variable && Parse(variable, Variable);

    private static bool Parse(string text, string origin) => YesOrNo(text)
        ?? throw new UsageException($"{origin}: '{text}' is not yes or no");

    /// <summary>What a word means; null if it is neither yes nor no.</summary>
    /// <param name="text">The word, in upper or lower case.</param>
    public static bool? YesOrNo(string text) => text.ToLowerInvariant() switch
    {
        "0" or "false" or "no" or "off" => false,
        "1" or "true" or "yes" or "on" => true,
        _ => null,
    };
}

/// <summary>Declares options on a command.</summary>
internal static class SettingDeclarations
{
    /// <summary>Declares an option with a value.</summary>
    /// <typeparam name="T">What the value means.</typeparam>
    /// <param name="command">The command that it belongs to.</param>
    /// <param name="template">Its names and the placeholder: <c>-t|--transport &lt;NAME&gt;</c>.</param>
    /// <param name="description">The text for the help, with the default.</param>
    /// <param name="syntax">How a value is written.</param>
    /// <param name="fallback">The default.</param>
    public static Setting<T> Setting<T>(this CommandLineApplication command, string template, string description, ValueSyntax<T> syntax, T fallback) =>
        new(command.Declare(SettingOption.Of(template, CommandOptionType.SingleValue, syntax), description), syntax, fallback);

    /// <summary>Declares an option that may be given several times.</summary>
    /// <typeparam name="T">What each value means.</typeparam>
    /// <param name="command">The command that it belongs to.</param>
    /// <param name="template">Its name and the placeholder.</param>
    /// <param name="description">The text for the help.</param>
    /// <param name="syntax">How a value is written.</param>
    public static SettingList<T> SettingList<T>(this CommandLineApplication command, string template, string description, ValueSyntax<T> syntax) =>
        new(command.Declare(SettingOption.Of(template, CommandOptionType.MultipleValue, syntax), description), syntax);

    /// <summary>Declares an option without a value.</summary>
    /// <param name="command">The command that it belongs to.</param>
    /// <param name="template">Its names.</param>
    /// <param name="description">The text for the help.</param>
    public static Switch Switch(this CommandLineApplication command, string template, string description) =>
        new(command.Declare(new SettingOption(template, CommandOptionType.SingleOrNoValue), description));

    /// <summary>Declares an option whose value may be left out. If the value is given, it stands after <c>=</c>.</summary>
    /// <typeparam name="T">What the value means.</typeparam>
    /// <param name="command">The command that it belongs to.</param>
    /// <param name="template">Its names.</param>
    /// <param name="description">The text for the help.</param>
    /// <param name="syntax">How a value is written.</param>
    /// <param name="fallback">The default.</param>
    /// <param name="bare">What the option means without a value.</param>
    public static Setting<T> Setting<T>(
        this CommandLineApplication command, string template, string description, ValueSyntax<T> syntax, T fallback, T bare) =>
        new(command.Declare(SettingOption.Of(template, CommandOptionType.SingleOrNoValue, syntax), description), syntax, fallback, bare);

    private static SettingOption Declare(this CommandLineApplication command, SettingOption option, string description)
    {
        option.Description = description;
        command.Options.Add(option);
        return option;
    }
}
