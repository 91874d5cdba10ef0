using System.Text;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Journal;

/// <summary>Reads a journal to its end.</summary>
internal static class Reading
{
    /// <summary>All units from a reader on, each as a text with its end. Lost lines stand as <c>lost FIRST-LAST</c>.</summary>
    public static List<string> ToEnd(this JournalReader reader)
    {
        var all = new List<string>();
        while (true)
        {
            switch (reader.Read(out ReadOnlyMemory<byte> units))
            {
                case JournalRead.End:
                    return all;
                case JournalRead.Lost:
                    all.Add($"lost {reader.LostFirst}-{reader.LostLast}");
                    break;
                default:
                    Assert.False(units.IsEmpty);
                    all.AddRange(Encoding.UTF8.GetString(units.Span).Split('\n')[..^1].Select(unit => unit + "\n"));
                    break;
            }
        }
    }

    /// <summary>All units behind a line.</summary>
    public static List<string> All(this JournalStore store, long afterSeq = 0)
    {
        using JournalReader reader = store.Read(afterSeq);
        return reader.ToEnd();
    }

    /// <summary>The units alone.</summary>
    public static IEnumerable<string> Units(this IEnumerable<(long Seq, string Unit)> written) => written.Select(one => one.Unit);
}
