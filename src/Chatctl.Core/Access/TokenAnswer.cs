namespace Chatctl.Core.Access;

/// <summary>What came of a token.</summary>
public enum TokenResult
{
    /// <summary>It is that of a principal.</summary>
    Accepted = 0,

    /// <summary>It is nobody's.</summary>
    Wrong = 1,

    /// <summary>It came over a network without encryption, so others may know it now. Nobody has looked whose it is.</summary>
    InTheClear = 2,

    /// <summary>Too many wrong tokens have come from its address. Nobody has looked whose it is.</summary>
    TooManyGuesses = 3,
}

/// <summary>The answer to a token.</summary>
/// <param name="Result">What came of it.</param>
/// <param name="Principal">Whose it is; null unless it is accepted.</param>
/// <param name="Wait">How long no token from this address is looked at; zero unless there were too many guesses.</param>
public readonly record struct TokenAnswer(TokenResult Result, Principal? Principal = null, TimeSpan Wait = default);
