using System.Security.Cryptography;
using Chatctl.Core.Access;
using Chatctl.Core.Journal;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Sessions;

/// <summary>What a room keeps for sessions: their log, who they are, and what reads their lines. A room has one once somebody opened a session.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
internal sealed class SessionSide : IDisposable
{
    // Without vowels, so that it is no word, and without what looks alike.
    private const string EpochLetters = "bcdfghjkmnpqrstvwxz23456789";
    private const int EpochLength = 8;

    /// <summary>Begins a room's second log.</summary>
    /// <param name="options">The room's options.</param>
    /// <param name="next">How many lines the room has ordered.</param>
    /// <param name="gate">The room's lock.</param>
    /// <param name="access">Knows whose a name is; null if everybody may have every name.</param>
    /// <param name="epochs">The lives of the numbers.</param>
    /// <param name="said">The clock by which things are said, sessions are forgotten and events of presence are counted.</param>
    /// <param name="time">The clock for all else.</param>
    /// <param name="logger">The log.</param>
    /// <param name="wake">Wakes the servers. Never called under the lock.</param>
    /// <param name="presenceDue">Called when events of presence that were only counted have to be told. Never called under the lock.</param>
    /// <param name="journal">What the room keeps on disk; null if that is nothing.</param>
    public SessionSide(
        RoomOptions options, long next, Lock gate, IAccess? access, Epochs epochs, TimeProvider said, TimeProvider time, ILogger logger, Action wake, Action presenceDue,
        RoomJournal? journal)
    {
        var log = new RelayLog(
            (int)(options.SessionBufferBytes / RoomOptions.Segments), new SessionUnits(), options.Slow == SlowPolicy.Skip, time, next, options.HistoryBytes,
            waits: journal is not null);
        Log = new SessionLog(new Feed(options, log, gate, time, logger, wake), options.Framing, said, journal?.Recovered.LastTime);
        Registry = new SessionRegistry(said, access, records: journal is not null);
        Presence = new Presence(Log, said, presenceDue);
        Epochs = epochs;
        History = new History(epochs, log, time, journal);
        MaxText = options.MaxLineBytes - 1;
        Decoder = new MessageDecoder(MaxText, options.Framing.Terminator());
        foreach (SessionRecord record in journal?.Recovered.Sessions ?? [])
        {
            Registry.Restore(record);
        }
    }

    /// <summary>Makes an epoch.</summary>
    public static string NewEpoch() => RandomNumberGenerator.GetString(EpochLetters, EpochLength);

    /// <summary>The log of sessions.</summary>
    public SessionLog Log { get; }

    /// <summary>The sessions that are known.</summary>
    public SessionRegistry Registry { get; }

    /// <summary>Tells who comes and goes.</summary>
    public Presence Presence { get; }

    /// <summary>The lives of the room's numbers.</summary>
    public Epochs Epochs { get; }

    /// <summary>Finds places in the log.</summary>
    public History History { get; }

    /// <summary>Reads what sessions send.</summary>
    public MessageDecoder Decoder { get; }

    /// <summary>The longest text, in bytes.</summary>
    public int MaxText { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Log.Feed.Dispose();
        Presence.Dispose();
    }
}
