using System.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Makes the form of a name by which names are compared.</summary>
/// <remarks>
/// Names with the same key are the same after NFKC and case folding. The key is decomposed, which is as good for comparing and needs no table for the way
/// back. As in Unicode's NFKC_Casefold, joiners and selectors of style do not count: with and without them, a name may look the same.
/// </remarks>
internal static class NameKey
{
    private const int Ypogegrammeni = 0x345;
    private const int Iota = 0x3b9;
    private const int FirstSyllable = 0xac00;
    private const int LastSyllable = 0xd7a3;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTails = 0x11a7;
    private const int Vowels = 21;
    private const int Tails = 28;

    /// <summary>The key of a name, or of its beginning or end: the key of an ASCII text behind a name is simply put behind the name's key.</summary>
    public static string Of(string name) => Ascii.IsValid(name) ? name.ToLowerInvariant() : Fold(name);

    private static string Fold(string name)
    {
        FoldTable table = FoldTable.Instance;
        var runes = new List<Rune>(name.Length * 2);
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (rune.Value is >= FirstSyllable and <= LastSyllable)
            {
                AddSyllable(runes, rune.Value - FirstSyllable);
            }
            else if (table.Fold(rune) is { } folded)
            {
                runes.AddRange(folded.EnumerateRunes());
            }
            else if (!Invisible.IsOptional(rune))
            {
                runes.Add(rune);
            }
        }

        Order(runes, table);
        var key = new StringBuilder(runes.Count);
        foreach (Rune rune in runes)
        {
            // This mark becomes a letter, but not before it has found its place among the marks.
            key.Append(rune.Value == Ypogegrammeni ? new Rune(Iota) : rune);
        }

        return key.ToString();
    }

    private static void AddSyllable(List<Rune> runes, int index)
    {
        runes.Add(new Rune(FirstLead + (index / (Vowels * Tails))));
        runes.Add(new Rune(FirstVowel + (index / Tails % Vowels)));
        if (index % Tails is var tail and not 0)
        {
            runes.Add(new Rune(BeforeTails + tail));
        }
    }

    /// <summary>Puts the marks of each letter in order. Those of the same class stay in theirs. Names are short, so it need not be fast.</summary>
    private static void Order(List<Rune> runes, FoldTable table)
    {
        for (int i = 1; i < runes.Count; i++)
        {
            byte number = table.ClassOf(runes[i]);
            for (int at = i; number != 0 && at > 0 && table.ClassOf(runes[at - 1]) > number; at--)
            {
                (runes[at - 1], runes[at]) = (runes[at], runes[at - 1]);
            }
        }
    }
}
