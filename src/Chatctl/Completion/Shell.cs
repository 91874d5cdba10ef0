namespace Chatctl.Completion;

/// <summary>The shells that there are completions for. Their names, in lower case, are what the user writes.</summary>
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
