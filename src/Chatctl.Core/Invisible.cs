using System.Globalization;
using System.Text;

namespace Chatctl.Core;

/// <summary>
/// Which characters are shown by their number, <c>\u{200b}</c>, where text from outside is shown. They are the invisible characters, because a text
/// may hide behind them, and the characters that change the direction of text or break lines.
/// </summary>
/// <remarks>
/// Joiners and the two selectors of style stay where they change what is seen. Tags never stay, although the flags of a few regions are written
/// with them. Only the whole sequence would show whether it is a flag or a hidden text.
/// </remarks>
public static class Invisible
{
    private const int NonJoiner = 0x200c;
    private const int Joiner = 0x200d;
    private const int TextStyle = 0xfe0e;
    private const int EmojiStyle = 0xfe0f;

    /// <summary>Whether <see cref="Hides"/> needs the character that follows.</summary>
    public static bool IsJoiner(Rune rune) => rune.Value is NonJoiner or Joiner;

    /// <summary>Whether a character may stay where it changes what is seen, and is hidden elsewhere: a joiner or a selector of style.</summary>
    public static bool IsOptional(Rune rune) => IsJoiner(rune) || rune.Value is TextStyle or EmojiStyle;

    /// <summary>Whether a character is to be shown by its number.</summary>
    /// <param name="before">The character that is shown before it; a control character if there is none.</param>
    /// <param name="rune">The character.</param>
    /// <param name="after">The character that follows it; a control character if there is none. It matters for a joiner only.</param>
    public static bool Hides(Rune before, Rune rune, Rune after) => !rune.IsAscii && IsUnseen(rune) && rune.Value switch
    {
        // A word may end in a joiner, in Malayalam for example.
        Joiner => !IsOfJoiningScript(before) && !(IsEmojiPart(before) && IsSymbol(after)),
        NonJoiner => !(IsOfJoiningScript(before) && IsOfJoiningScript(after)),
        TextStyle or EmojiStyle => !HasStyles(before),
        _ => true,
    };

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Format => !IsDrawn(rune.Value),
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => IsIgnorable(rune.Value) || IsBlank(rune.Value) || IsNoncharacter(rune.Value),
    };

    /// <summary>Characters of the category Format that are drawn: Unicode's property Prepended_Concatenation_Mark.</summary>
    private static bool IsDrawn(int value) =>
        value is (>= 0x600 and <= 0x605) or 0x6dd or 0x70f or 0x890 or 0x891 or 0x8e2 or 0x110bd or 0x110cd;

    /// <summary>
    /// Unicode's property Default_Ignorable_Code_Point without the category Format: a joiner of graphemes, fillers of Hangul, two vowels of
    /// Khmer, selectors of variants, and code points that are reserved for more such characters.
    /// </summary>
    private static bool IsIgnorable(int value) =>
        value is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or (>= 0x180b and <= 0x180f) or 0x2065 or 0x3164 or (>= 0xfe00 and <= 0xfe0f)
            or 0xffa0 or (>= 0xfff0 and <= 0xfff8) or (>= 0xe0000 and <= 0xe0fff);

    /// <summary>
    /// Characters that are drawn as nothing, but are not spaces in Unicode: the empty pattern of Braille, a joiner of numbers in Brahmi, two blanks of
    /// Egyptian, a filler of Khitan and a note without a head.
    /// </summary>
    private static bool IsBlank(int value) => value is 0x2800 or 0x1107f or 0x13441 or 0x13442 or 0x16fe4 or 0x1d159;

    /// <summary>Code points that Unicode will never give a character.</summary>
    private static bool IsNoncharacter(int value) => (value & 0xfffe) == 0xfffe || value is >= 0xfdd0 and <= 0xfdef;

    /// <summary>
    /// A letter or mark of a script whose letters change with their neighbours, by Unicode's blocks: from Arabic to Sinhala, Myanmar, Khmer and
    /// Mongolian, extensions of Devanagari, forms of Arabic, and the Indic scripts of the supplementary plane.
    /// </summary>
    private static bool IsOfJoiningScript(Rune rune) =>
        rune.Value is (>= 0x600 and <= 0xdff) or (>= 0x1000 and <= 0x109f) or (>= 0x1780 and <= 0x18af) or (>= 0xa8e0 and <= 0xa8ff)
            or (>= 0xfb50 and <= 0xfdff) or (>= 0xfe70 and <= 0xfeff) or (>= 0x11000 and <= 0x11fff)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark
        && !IsUnseen(rune);

    /// <summary>A character that another emoji can be joined to: a symbol, a tone of skin, or the selector of the emoji style.</summary>
    private static bool IsEmojiPart(Rune rune) => IsSymbol(rune) || rune.Value == EmojiStyle;

    /// <summary>A character with a text style and an emoji style: symbols, and the other bases in Unicode's emoji-variation-sequences.txt.</summary>
    private static bool HasStyles(Rune rune) =>
        IsSymbol(rune) || rune.Value is '#' or '*' or (>= '0' and <= '9') or 0xa9 or 0xae or 0x203c or 0x2049 or 0x2122 or 0x2139 or 0x3030 or 0x303d
            or 0x3297 or 0x3299;

    /// <summary>The blocks of symbols that contain emoji: from the arrows to the miscellaneous symbols and arrows, and in the supplementary plane. Whole blocks, because new emoji come every year.</summary>
    private static bool IsSymbol(Rune rune) => rune.Value is (>= 0x2190 and <= 0x2bff) or (>= 0x1f000 and <= 0x1faff);
}
