using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>An argument that knows what it may be.</summary>
internal sealed class HintedArgument : CommandArgument
{
    /// <summary>What it may be.</summary>
    public required ValueHint Hint { get; init; }
}
