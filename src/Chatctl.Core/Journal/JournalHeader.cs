using System.IO.Hashing;
using System.Text.Json;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Journal;

/// <summary>The first line of a file. It has a check of its own, so that it can be read alone.</summary>
/// <param name="Epoch">The epoch of the file's numbers.</param>
/// <param name="First">The number of the file's first line. The file is named by it.</param>
/// <param name="Id">The largest number that was given to a member before the file.</param>
/// <param name="Time">When the file was made. It is never before the time of a line in an older file.</param>
/// <param name="Boot">Which start of the machine it was; empty if that is not known.</param>
/// <param name="Epochs">The epochs before this one, each with the number of its last line, the oldest first.</param>
/// <param name="Gone">What would be gone if everything before the file were gone.</param>
internal sealed record JournalHeader(
    string Epoch, long First, long Id, DateTimeOffset Time, string Boot, IReadOnlyList<(string Epoch, long Last)> Epochs, GoneValues Gone)
{
    /// <summary>How many past epochs are kept.</summary>
    public const int MostEpochs = 16;

    /// <summary>More bytes than a header ever has.</summary>
    public const int MostBytes = 4096;

    private const int Version = 1;

    public void Write(JsonOutput json)
    {
        int start = json.Length;
        json.Raw(JournalLines.HeaderStart).Number(Version).Raw(",\"epoch\":"u8).String(Epoch).Raw(",\"first\":"u8).Number(First).Raw(",\"id\":"u8).Number(Id)
            .Raw(",\"time\":"u8).Time(Time).Raw(",\"boot\":"u8).String(Boot).Raw(",\"epochs\":["u8);
        for (int i = 0; i < Epochs.Count; i++)
        {
            json.Raw(i == 0 ? "{\"epoch\":"u8 : ",{\"epoch\":"u8).String(Epochs[i].Epoch).Raw(",\"last\":"u8).Number(Epochs[i].Last).Raw("}"u8);
        }

        json.Raw("],\"gone\":{\"owner\":"u8).Number(Gone.Owner).Raw(",\"last\":"u8).Number(Gone.Last).Raw(",\"others\":"u8).Number(Gone.LastOfOthers)
            .Raw("},\"check\":\""u8);
        JournalLines.EndWithCheck(json, XxHash3.HashToUInt64(json.Written.Span[start..]));
    }

    /// <summary>Reads the line at the front of some bytes; null if it is no header, or damaged.</summary>
    /// <exception cref="NotSupportedException">It was written by a later version.</exception>
    public static JournalHeader? Read(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> line = bytes[..(bytes.IndexOf((byte)'\n') + 1)];
        if (!line.StartsWith(JournalLines.HeaderStart) || !JournalLines.IsIntact(line))
        {
            return null;
        }

        var reader = new Utf8JsonReader(line);
        using var document = JsonDocument.ParseValue(ref reader);
        JsonElement root = document.RootElement;
        if (root.GetProperty("journal").GetInt32() != Version)
        {
            throw new NotSupportedException("it was written by a later version");
        }

        JsonElement gone = root.GetProperty("gone");
        return new JournalHeader(
            root.GetProperty("epoch").GetString()!,
            root.GetProperty("first").GetInt64(),
            root.GetProperty("id").GetInt64(),
            root.GetProperty("time").GetDateTimeOffset(),
            root.GetProperty("boot").GetString()!,
            [.. root.GetProperty("epochs").EnumerateArray().Select(past => (past.GetProperty("epoch").GetString()!, past.GetProperty("last").GetInt64()))],
            new GoneValues(gone.GetProperty("owner").GetInt64(), gone.GetProperty("last").GetInt64(), gone.GetProperty("others").GetInt64()));
    }
}
