namespace Chatctl.Core.Access;

/// <summary>The rules of access cannot be used. The message says what is wrong, without the number of the line.</summary>
/// <param name="line">The line that is wrong, from 1; null if it is none in particular.</param>
/// <param name="message">What is wrong with it.</param>
public sealed class BadRuleException(int? line, string message) : Exception(message)
{
    /// <summary>The line that is wrong, from 1; null if it is none in particular.</summary>
    public int? Line => line;
}
