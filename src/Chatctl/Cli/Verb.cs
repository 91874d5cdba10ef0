using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>
/// One verb of the tool. A verb is one file: a class that derives from this one, and an assembly-level <see cref="VerbAttribute"/> above it.
/// The command line finds the verb by that attribute.
/// </summary>
internal abstract class Verb
{
    /// <summary>The word after <c>chatctl</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the list of verbs.</summary>
    public abstract string Summary { get; }

    /// <summary>Whole commands that a reader can copy, one a line, each with a comment after <c> # </c>.</summary>
    public abstract string Examples { get; }

    /// <summary>Declares the verb's arguments and options. Called only when the verb is the one that was asked for.</summary>
    /// <param name="command">The command to declare them on.</param>
    /// <returns>The function that runs after the command line has been parsed. It returns the exit code.</returns>
    public abstract Func<int> Configure(CommandLineApplication command);
}

/// <summary>Registers a <see cref="Verb"/>. It is an attribute because a start then need not look through all types of the assembly.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal abstract class VerbAttribute : Attribute
{
    /// <summary>Makes the verb.</summary>
    public abstract Verb Create();
}

/// <inheritdoc/>
/// <typeparam name="T">The verb's class. It is a type argument because a <see cref="Type"/> in an attribute is a name that the runtime must parse, which takes milliseconds.</typeparam>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class VerbAttribute<T> : VerbAttribute
    where T : Verb, new()
{
    /// <inheritdoc/>
    public override Verb Create() => new T();
}
