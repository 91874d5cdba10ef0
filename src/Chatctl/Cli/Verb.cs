using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>
/// One verb of the tool. A verb is one file: a class derived from this, and an assembly-level <see cref="VerbAttribute"/> above it by
/// which the command line finds it.
/// </summary>
internal abstract class Verb
{
    /// <summary>The word after <c>chatctl</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the list of verbs.</summary>
    public abstract string Summary { get; }

    /// <summary>Whether it is left out of help, completions and manual: for those who make packages, not for users.</summary>
    public virtual bool IsHidden => false;

    /// <summary>Whole commands that a reader can copy, one a line, each with a comment.</summary>
    public abstract string Examples { get; }

    /// <summary>Declares the verb's arguments and options. Called only when the verb is the one that was asked for.</summary>
    /// <param name="command">The command to declare them on.</param>
    /// <returns>What runs once the command line has been parsed, and returns the exit code.</returns>
    public abstract Func<int> Configure(CommandLineApplication command);
}

/// <summary>Registers a <see cref="Verb"/>. An attribute, because it is found without looking through the assembly's types at every start.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal abstract class VerbAttribute : Attribute
{
    /// <summary>Makes the verb.</summary>
    public abstract Verb Create();
}

/// <inheritdoc/>
/// <typeparam name="T">The verb's class. A type argument, because a <see cref="Type"/> in an attribute is a name to be parsed, which takes milliseconds.</typeparam>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class VerbAttribute<T> : VerbAttribute
    where T : Verb, new()
{
    /// <inheritdoc/>
    public override Verb Create() => new T();
}
