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

    /// <summary>Whole commands that a reader can copy, one a line, each with a comment.</summary>
    public abstract string Examples { get; }

    /// <summary>Declares the verb's arguments and options. Called only when the verb is the one that was asked for.</summary>
    /// <param name="command">The command to declare them on.</param>
    /// <returns>What runs once the command line has been parsed, and returns the exit code.</returns>
    public abstract Func<int> Configure(CommandLineApplication command);
}

/// <summary>Registers a <see cref="Verb"/>. An attribute, because it is found without looking through the assembly's types at every start.</summary>
/// <param name="type">The verb's class.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class VerbAttribute(Type type) : Attribute
{
    /// <summary>The verb's class.</summary>
    public Type Type { get; } = type;
}
