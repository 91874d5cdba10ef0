using System.Text;
using System.Text.Json;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Commits;

/// <summary>A room with a journal in a folder of its own, on a disk that the test can hold.</summary>
public abstract class RoomWithJournal : IDisposable
{
    private protected const string Ann = "annannannannannannannann", Bob = "bobbobbobbobbobbobbobbob";

    private protected static readonly RoomOptions Options = new() { MaxLineBytes = 64, BufferBytes = 2048 * RoomOptions.Segments, History = 1 };

    private readonly string _folder = Directory.CreateTempSubdirectory("chatctl-test").FullName;
    private readonly List<IDisposable> _opened = [];
    private int _copies;

    private protected TestDisk Disk { get; private set; } = new();

    /// <summary>The names of the events that the journals have logged.</summary>
    private protected List<string> Events { get; } = [];

    private protected string Folder => Path.Combine(_folder, $"{_copies}");

    /// <inheritdoc/>
    public void Dispose()
    {
        Disk.LetWrite();
        Disk.LetSync();
        _opened.Reverse();
        _opened.ForEach(one => one.Dispose());
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a room over the folder.</summary>
    private protected Venue Open(RoomOptions? options = null, TimeSpan? syncEvery = null, long? keep = null) => Open(out _, options, syncEvery, keep);

    /// <inheritdoc cref="Open(RoomOptions, TimeSpan?, long?)"/>
    private protected Venue Open(out RoomJournal journal, RoomOptions? options = null, TimeSpan? syncEvery = null, long? keep = null)
    {
        var how = new JournalOptions { Folder = Folder, SyncEvery = syncEvery, KeepBytes = keep ?? 1 << 30 };
        journal = RoomJournal.Open(how, TimeProvider.System, new Recorder(Events), Disk);
        var venue = new Venue(options ?? Options, journal: journal);
        _opened.Add(journal);
        _opened.Add(venue);
        return venue;
    }

    /// <summary>What is on the disk now becomes the folder of the next room, as if this one had been killed now.</summary>
    private protected void Kill()
    {
        string from = Folder;
        _copies++;
        Directory.CreateDirectory(Folder);
        foreach (string file in Directory.GetFiles(from, "*.ndjson"))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        Disk = new TestDisk { Boot = Disk.Boot };
    }

    /// <summary>Waits until a guest has heard something that ends so.</summary>
    private protected static string HearUntil(Guest guest, string end)
    {
        var heard = new StringBuilder();
        Until(() => heard.Append(guest.Hear()).ToString().EndsWith(end, StringComparison.Ordinal), () => $"it never heard {end}, but {heard}");
        return heard.ToString();
    }

    /// <summary>Waits until a guest is to do something.</summary>
    private protected static void Until(Guest guest, Outbound end)
    {
        Outbound last = default;
        Until(() => (guest.Hear(out last), last).last == end, () => $"it never got {end}, but {last}");
    }

    private protected static void Until(Func<bool> holds, Func<string> otherwise)
    {
        for (int i = 0; i < 12_000 && !holds(); i++)
        {
            Thread.Sleep(i < 100 ? 1 : 5);
        }

        Assert.True(holds(), otherwise());
    }

    /// <summary>A guest opens a session, and hears the server's hello.</summary>
    private protected static Guest Greet(Venue venue, string hello, out JsonElement answer)
    {
        Guest guest = venue.Join();
        guest.Say($"CHATCTL/1 {hello}\n");
        string line = "";
        Until(
            () =>
            {
                if (line.Length == 0 && guest.Member.Pending(Memory<byte>.Empty, out ReadOnlyMemory<byte> first) == Outbound.Bytes)
                {
                    int end = first.Span.IndexOf((byte)'\n') + 1;
                    line = Encoding.UTF8.GetString(first.Span[..end]);
                    guest.Member.Sent(end);
                }

                return line.Length > 0;
            },
            () => "no hello came");
        answer = JsonDocument.Parse(line["CHATCTL/1 ".Length..]).RootElement;
        return guest;
    }

    /// <inheritdoc cref="Greet(Venue, string, out JsonElement)"/>
    private protected static Guest Greet(Venue venue, string hello) => Greet(venue, hello, out _);

    /// <summary>The texts of the lines in what a session has heard.</summary>
    private protected static List<string> Texts(string heard) =>
        [.. heard.Split('\n').Where(line => line.StartsWith("{\"seq\"", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!)];
}
