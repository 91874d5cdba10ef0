namespace Chatctl.Cli;

/// <summary>What a value may be, as far as a shell can complete it.</summary>
internal abstract record ValueHint
{
    private ValueHint()
    {
    }

    /// <summary>One of these words and nothing else.</summary>
    /// <param name="Choices">In the order in which they are shown.</param>
    internal sealed record Words(IReadOnlyList<string> Choices) : ValueHint;

    /// <summary>One of the lines that the tool prints when it is called with these arguments. The shell calls it each time it completes.</summary>
    /// <param name="Arguments">Such as <c>transports --names</c>. The call must be fast.</param>
    internal sealed record Listed(string Arguments) : ValueHint;

    /// <summary>The path of a file.</summary>
    internal sealed record Files : ValueHint;

    /// <summary>The path of a directory.</summary>
    internal sealed record Directories : ValueHint;
}
