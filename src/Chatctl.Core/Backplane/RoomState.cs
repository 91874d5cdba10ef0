using System.Text.Json;
using System.Text.Json.Serialization;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Backplane;

/// <summary>
/// What a room looks like behind an entry of the log: all that decides what later entries mean. A node that starts begins with it. It is kept in the log's
/// engine as JSON, so members may be added to it.
/// </summary>
internal sealed record RoomState
{
    /// <summary>What all nodes must have in common, as <see cref="RoomSettings"/> writes it.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The epoch; empty before the first node has begun.</summary>
    public string Epoch { get; init; } = "";

    /// <summary>The epochs before it, the oldest first.</summary>
    public IReadOnlyList<PastEpoch> PastEpochs { get; init; } = [];

    /// <summary>The number of the last line.</summary>
    public long Seq { get; init; }

    /// <summary>When the last entry was appended.</summary>
    public DateTimeOffset Last { get; init; }

    /// <summary>As in <see cref="Backplane.Nodes.Age"/>.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>How many nodes have ever begun.</summary>
    public long Begun { get; init; }

    /// <summary>How many bytes the entries up to here had.</summary>
    public long Bytes { get; init; }

    /// <summary>The sessions that are known. Those without a connection come in the order in which they lost it.</summary>
    public IReadOnlyList<KnownSession> Sessions { get; init; } = [];

    /// <summary>The nodes.</summary>
    public IReadOnlyList<KnownNode> Nodes { get; init; } = [];

    /// <summary>What is counted of presence.</summary>
    public PresenceCounts Presence { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">The bytes are none that <see cref="Write"/> has written.</exception>
    public static RoomState Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, RoomStateJson.Default.RoomState) ?? throw new FormatException("it is null");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>Writes it.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, RoomStateJson.Default.RoomState);
}

/// <summary>An epoch that is over.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Last">The number of its last line that is still there.</param>
internal readonly record struct PastEpoch(string Epoch, long Last);

/// <summary>A session.</summary>
/// <param name="Record">What is known of it.</param>
/// <param name="Connection">The member that is its connection; 0 if it has none.</param>
/// <param name="Since">When it lost its connection, as ticks; 0 if it has one.</param>
internal readonly record struct KnownSession(SessionRecord Record, long Connection, long Since);

/// <summary>A node.</summary>
/// <param name="Key">What names it in the log.</param>
/// <param name="Name">What its operator calls it.</param>
/// <param name="HeardAt">When it was last heard of.</param>
/// <param name="IsBuried">Whether it has been silent for too long.</param>
/// <param name="PlainCount">How many plain members it has.</param>
/// <param name="Plain">The plain members that sessions were told about.</param>
/// <param name="Connections">Its connections, each with the place of its session among all of the state.</param>
internal sealed record KnownNode(string Key, string Name, TimeSpan HeardAt, bool IsBuried, int PlainCount, IReadOnlyList<long> Plain, IReadOnlyList<KnownConnection> Connections);

/// <summary>A connection of a node.</summary>
/// <param name="Id">The member.</param>
/// <param name="Session">The place of its session.</param>
internal readonly record struct KnownConnection(long Id, int Session);

/// <summary>What is counted of presence.</summary>
/// <param name="SecondBegan">When the second began in which events are counted, as ticks; null if none did.</param>
/// <param name="Told">How many events were told in it.</param>
/// <param name="Joined">How many were only counted.</param>
/// <param name="Left">How many were only counted.</param>
/// <param name="Renamed">How many were only counted.</param>
internal readonly record struct PresenceCounts(long? SecondBegan, int Told, long Joined, long Left, long Renamed);

[JsonSerializable(typeof(RoomState))]
internal sealed partial class RoomStateJson : JsonSerializerContext;
