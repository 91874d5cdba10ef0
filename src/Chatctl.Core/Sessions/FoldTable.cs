using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Compatibility decomposition and case folding, as fold.py has written them down. It never changes after loading.</summary>
/// <remarks>.NET itself cannot do it here: with InvariantGlobalization, normalization leaves text as it is.</remarks>
internal sealed class FoldTable
{
    private static readonly Lazy<FoldTable> Loaded = new(() => new FoldTable());

    private readonly Dictionary<Rune, string> _folded = [];
    private readonly Dictionary<Rune, byte> _classes = [];

    private FoldTable()
    {
        using Stream packed = typeof(FoldTable).Assembly.GetManifestResourceStream("fold.gz")!;
        using var text = new StreamReader(new GZipStream(packed, CompressionMode.Decompress), Encoding.UTF8);

        // The first line says the version of Unicode.
        text.ReadLine();
        while (text.ReadLine() is { Length: > 0 } line)
        {
            var rune = Rune.GetRuneAt(line, 0);
            _folded.Add(rune, line[rune.Utf16SequenceLength..]);
        }

        while (text.ReadLine() is { } line)
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            byte number = byte.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture);
            foreach (Rune mark in line.AsSpan(space + 1).EnumerateRunes())
            {
                _classes.Add(mark, number);
            }
        }
    }

    /// <summary>The table. It is loaded when it is first asked for.</summary>
    public static FoldTable Instance => Loaded.Value;

    /// <summary>What stands for a character; null if it stays as it is.</summary>
    public string? Fold(Rune rune) => _folded.GetValueOrDefault(rune);

    /// <summary>The combining class: the place of a mark among the marks of one letter. 0 is for all that is no such mark.</summary>
    public byte ClassOf(Rune rune) => _classes.GetValueOrDefault(rune);
}
