using Chatctl.Core.Sessions;

namespace Chatctl.Core.Access;

/// <summary>
/// Reads rules of access as people write them: a line each, with a name, a proof and the rights. What follows a number sign is a comment, and blank lines
/// say nothing.
/// </summary>
public static class RuleSyntax
{
    /// <summary>What stands before the name in a certificate.</summary>
    public const string Certificate = "cert:";

    /// <summary>What stands before the user of this machine.</summary>
    public const string User = "user:";

    private const string Form = "a line is NAME PROOF RIGHTS, such as: ann user:ann read,write";
    private const int HashDigits = 64;
    private const char Comment = '#';

    // A name that is any longer would be cut to make room for a number, and would then look like another one.
    private const int MostCharacters = SessionName.MostCharacters - NameBook.NumberLength;
    private const int MostBytes = SessionName.MostBytes - NameBook.NumberLength;

    // The form of the file is that of text files on every system; names, proofs and rights have no tabs in them.
    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>Reads all rules.</summary>
    /// <param name="text">The lines.</param>
    /// <exception cref="BadRuleException">A line is wrong, or the lines do not fit together.</exception>
    public static AccessRules Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new AccessRules([.. text.Split('\n').Select(Uncommented).Index().Where(line => line.Item.Length > 0).Select(line => (line.Index + 1, ReadLine(line.Item, line.Index + 1)))]);
    }

    /// <summary>Reads rights, such as <c>read,write</c>.</summary>
    /// <param name="text">The rights, in any order.</param>
    /// <param name="mayRead">Whether <c>read</c> is among them.</param>
    /// <param name="mayWrite">Whether <c>write</c> is among them.</param>
    /// <returns>False if they are no rights.</returns>
    public static bool TryReadRights(string text, out bool mayRead, out bool mayWrite)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] rights = text.Split(',');
        mayRead = rights.Contains("read");
        mayWrite = rights.Contains("write");
        return rights.All(right => right is "read" or "write") && rights.Distinct().Count() == rights.Length;
    }

    /// <summary>Says what is wrong with a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Null if a principal may have it.</returns>
    public static string? FindWrong(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !SessionName.TryParse(name, out Fault fault) ? fault.Message
            : name.IndexOfAny([.. Blanks, Comment]) >= 0 ? "the name of a principal has no space and no '#'"
            : SessionName.Cut(name, MostCharacters, MostBytes).Length < name.Length ? $"the name of a principal has at most {MostCharacters} characters, and at most {MostBytes} bytes"
            : null;
    }

    private static Principal ReadLine(string line, int number)
    {
        int first = line.IndexOfAny(Blanks);
        int last = line.LastIndexOfAny(Blanks);
        if (first < 0 || first == last)
        {
            throw new BadRuleException(number, $"something is missing: {Form}");
        }

        (string name, string proof, string rights) = (line[..first], line[first..last].Trim(Blanks), line[(last + 1)..]);
        if (proof.Length == 0)
        {
            throw new BadRuleException(number, $"something is missing: {Form}");
        }

        if (FindWrong(name) is { } wrong)
        {
            throw new BadRuleException(number, $"{Quoted(name)}: {wrong}");
        }

        if (!TryReadRights(rights, out bool mayRead, out bool mayWrite))
        {
            throw new BadRuleException(number, $"{Quoted(rights)} are no rights: they are read, write or read,write");
        }

        return new Principal(name, mayRead, mayWrite, Proof(proof, number));
    }

    private static string Proof(string proof, int number)
    {
        if (proof.StartsWith(AccessToken.ProofPrefix, StringComparison.Ordinal))
        {
            string hash = proof[AccessToken.ProofPrefix.Length..];
            return hash.Length == HashDigits && hash.All(char.IsAsciiHexDigit) ? proof.ToLowerInvariant()
                : throw new BadRuleException(number, $"{AccessToken.ProofPrefix} is followed by {HashDigits} hexadecimal digits, as 'chatctl token' prints them");
        }

        // It may be a token itself, so it is not repeated.
        return (proof.StartsWith(Certificate, StringComparison.Ordinal) && proof.Length > Certificate.Length)
            || (proof.StartsWith(User, StringComparison.Ordinal) && proof.Length > User.Length) ? proof
            : throw new BadRuleException(number, $"the proof is none: it is {AccessToken.ProofPrefix}HASH, {Certificate}NAME or {User}NAME");
    }

    /// <summary>A text in a message. Columns get mixed up, and a token must not get into a log.</summary>
    private static string Quoted(string text) => text.StartsWith(AccessToken.Prefix, StringComparison.Ordinal) ? "a token" : $"'{text}'";

    private static string Uncommented(string line)
    {
        for (int at = line.IndexOf(Comment, StringComparison.Ordinal); at >= 0; at = line.IndexOf(Comment, at + 1))
        {
            if (at == 0 || Blanks.Contains(line[at - 1]))
            {
                line = line[..at];
                break;
            }
        }

        return line.Trim(Blanks);
    }
}
