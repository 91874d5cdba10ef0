using System.Globalization;
using System.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Which names a session may have.</summary>
internal static class SessionName
{
    /// <summary>The most characters, as a person sees them: a letter with its marks is one, and so is an emoji of several parts.</summary>
    public const int MostCharacters = 32;

    /// <summary>The most bytes in UTF-8. It bounds the marks that can be piled up on one letter.</summary>
    public const int MostBytes = 128;

    /// <summary>Checks a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(string name, out Fault fault)
    {
        string? wrong = name.Length == 0 ? "a name must not be empty"
            : !Fits(name, MostCharacters, MostBytes) ? "a name has at most 32 characters, and at most 128 bytes"
            : FindWrong(name);
        fault = wrong is null ? default : new Fault(Fault.Name, wrong);
        return wrong is null;
    }

    /// <summary>The beginning of a name, cut between two characters.</summary>
    /// <param name="name">The name.</param>
    /// <param name="characters">How many characters it may have.</param>
    /// <param name="bytes">How many bytes it may have.</param>
    public static string Cut(string name, int characters, int bytes)
    {
        int end = 0;
        while (end < name.Length)
        {
            int next = end + StringInfo.GetNextTextElementLength(name, end);
            bytes -= Encoding.UTF8.GetByteCount(name.AsSpan(end, next - end));
            if (characters-- == 0 || bytes < 0)
            {
                break;
            }

            end = next;
        }

        return name[..end];
    }

    private static bool Fits(string name, int characters, int bytes) => Cut(name, characters, bytes).Length == name.Length;

    private static string? FindWrong(string name)
    {
        Rune before = default;
        for (int at = 0; at < name.Length; at += before.Utf16SequenceLength)
        {
            if (!Rune.TryGetRuneAt(name, at, out Rune rune))
            {
                return "a name must be valid Unicode";
            }

            int next = at + rune.Utf16SequenceLength;
            Rune after = next < name.Length && Rune.TryGetRuneAt(name, next, out Rune following) ? following : default;
            if (rune.Value == ' ')
            {
                if (at == 0 || next == name.Length || after.Value == ' ')
                {
                    return "a name has spaces only between its words, and one at a time";
                }
            }
            else if (Rune.IsWhiteSpace(rune) || !IsVisible(rune) || Invisible.Hides(before, rune, after))
            {
                return string.Create(CultureInfo.InvariantCulture, $"a name must not have the character U+{rune.Value:X4}");
            }
            else if (at == 0 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark)
            {
                return "a name must not begin with a mark that belongs to a letter before it";
            }

            before = rune;
        }

        return null;
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => false,
        UnicodeCategory.Format => Invisible.IsJoiner(rune),
        _ => true,
    };
}
