namespace Chatctl.Completion;

/// <summary>The shells with a completion. The user writes their names in lower case.</summary>
internal enum Shell
{
    /// <summary>GNU Bash, from 3.2.</summary>
    Bash,

    /// <summary>The Z shell.</summary>
    Zsh,

    /// <summary>The friendly interactive shell, from 3.0.</summary>
    Fish,

    /// <summary>PowerShell, from 5.</summary>
    Pwsh,
}
