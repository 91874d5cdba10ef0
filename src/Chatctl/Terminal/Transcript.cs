using System.Globalization;
using System.Text;
using Chatctl.Connect.Sessions;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// What a session's happenings look like on a terminal. Everything that it makes is safe for a terminal, whatever the server has sent. It depends on
/// nothing but what it is given.
/// </summary>
/// <remarks>Its texts are whole lines with LF, and no style goes on behind the end of a line.</remarks>
/// <param name="palette">How the terminal shows styles.</param>
internal sealed class Transcript(Palette palette)
{
    // The protocol allows no longer names. A server may send one all the same, and a row must have room for more than a name.
    private const int LongestName = 32;
    private const int LongestReason = 200;

    private const string Pending = "…";

    /// <summary>What the commands of <see cref="Intention"/> do.</summary>
    public string Help => Notes(
        "/who        who is here",
        "/nick NAME  take another name",
        "/quit       leave, as Ctrl-D does",
        "/help       this list",
        "//text      say /text",
        "Tab         complete a name");

    /// <summary>A line of the room.</summary>
    /// <param name="from">Who said it; null for a plain member.</param>
    /// <param name="id">The member's number.</param>
    /// <param name="text">What was said.</param>
    /// <param name="time">When, to be shown before it; null if nobody wants to know.</param>
    public string Said(string? from, long id, ReadOnlySpan<byte> text, string? time = null)
    {
        string speaker = from is null ? palette.Dim($"#{id}:") : palette.Name(NameOf(from)) + ":";
        return $"{TimeOf(time)}{speaker} {TextOf(text)}\n";
    }

    /// <summary>A line of this member that the server has not acknowledged. It is one row of text without style and without an end.</summary>
    /// <param name="name">This member's name.</param>
    /// <param name="text">The line.</param>
    public static string Unacknowledged(string name, string text) => $"{NameOf(name)}: {TextOf(Encoding.UTF8.GetBytes(text))} {Pending}";

    /// <summary>What happened among the sessions.</summary>
    public string Happened(Presence what) => what.Kind switch
    {
        PresenceKind.Join => Note($"{WhoOf(what)} has joined"),
        PresenceKind.Leave => Note($"{WhoOf(what)} has left{(what.Reason is null or "left" ? "" : $" ({Cut(what.Reason, LongestReason)})")}"),
        PresenceKind.Rename => Note($"{NameOf(what.Was ?? "?")} is now {WhoOf(what)}"),
        _ => Note(string.Join(", ", Counts(what))),
    };

    /// <summary>Who is here.</summary>
    /// <param name="names">The sessions' names.</param>
    /// <param name="plain">How many members have none.</param>
    /// <param name="columns">The width of the terminal.</param>
    public string Who(IEnumerable<string> names, long plain, int columns)
    {
        const string Label = "here:";
        var lines = new StringBuilder(palette.Dim(Label));
        int width = Label.Length;
        List<(string Text, string Styled)> items = [.. names.Select(NameOf).Select(name => (name, palette.Name(name)))];
        if (plain > 0)
        {
            string others = $"{plain} without a name";
            items.Add((others, palette.Dim(others)));
        }

        for (int i = 0; i < items.Count; i++)
        {
            string comma = i < items.Count - 1 ? "," : "";
            int needed = WidthOf(items[i].Text) + comma.Length;
            bool fits = width + 1 + needed <= columns;
            lines.Append(fits ? ' ' : '\n').Append(items[i].Styled).Append(comma);
            width = fits ? width + 1 + needed : needed;
        }

        return lines.Append('\n').ToString();
    }

    /// <summary>Something that is not accepted.</summary>
    /// <param name="text">The line that was not said; null if it was no line.</param>
    /// <param name="reason">Why.</param>
    public string Refused(string? text, string reason)
    {
        string why = Cut(reason, LongestReason);
        return text is null ? Note(why) : $"{palette.Dim($"not said: {why}:")} {TextOf(Encoding.UTF8.GetBytes(text))}\n";
    }

    /// <summary>Lines of the room that do not come: the server could not keep them for this side.</summary>
    public string Skipped(long first, long last) => Note(first == last ? $"line {first} was skipped" : $"lines {first} to {last} were skipped");

    /// <summary>A line about the session itself.</summary>
    /// <param name="text">What it says. It may hold any character.</param>
    public string Note(string text) => palette.Dim(Printable.Of(text)) + "\n";

    /// <summary>A member's name, or a sign that it is none. A name that is too long is cut.</summary>
    public static string NameOf(string name) => name.Length == 0 ? "?" : Cut(name, LongestName);

    private static string WhoOf(Presence what) => what.Name is { } name ? NameOf(name) : $"#{what.Id}";

    private static string TextOf(ReadOnlySpan<byte> text) => Neutralizer.Line(text is [.. var line, (byte)'\r'] ? line : text);

    private static string Cut(string text, int longest)
    {
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (longest-- == 0)
            {
                return Printable.Of(text[..length]) + "…";
            }

            length += rune.Utf16SequenceLength;
        }

        return Printable.Of(text);
    }

    private static int WidthOf(string text)
    {
        int width = 0;
        for (int position = 0; position < text.Length;)
        {
            int next = TextElements.Next(text, position);
            width += TextElements.Width(text.AsSpan(position, next - position));
            position = next;
        }

        return width;
    }

    private static IEnumerable<string> Counts(Presence what) =>
        new (long Count, string What)[] { (what.Joined, "joined"), (what.Left, "left"), (what.Renamed, "renamed") }
            .Where(part => part.Count > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.What}"));

    private string TimeOf(string? time) => time is null ? "" : palette.Dim(Cut(time, LongestName)) + " ";

    private string Notes(params string[] texts) => string.Concat(texts.Select(Note));
}
