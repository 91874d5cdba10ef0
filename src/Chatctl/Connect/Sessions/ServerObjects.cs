namespace Chatctl.Connect.Sessions;

/// <summary>The server's hello.</summary>
/// <param name="Room">The name of the room.</param>
/// <param name="Epoch">The life of the numbers.</param>
/// <param name="First">The number of the first line that comes. Lines from here up to <paramref name="Next"/> are history.</param>
/// <param name="Next">The number of the next line that will be said.</param>
/// <param name="Gap">What was asked for and is gone; null if nothing is.</param>
/// <param name="Id">The number of the session.</param>
/// <param name="Name">Its name, which is not always the one that was asked for.</param>
/// <param name="IsResumed">Whether the server still knew this client.</param>
/// <param name="MaxText">The longest text, in bytes.</param>
/// <param name="Epochs">The epochs before this one, each with the number of its last line that is left; empty if the server knows none.</param>
internal sealed record ServerHello(
    string Room, string Epoch, long First, long Next, Gap? Gap, long Id, string Name, bool IsResumed, int MaxText, IReadOnlyDictionary<string, long> Epochs);

/// <summary>What was asked for of the past and is gone.</summary>
/// <param name="Epoch">The epoch that is over; null if it is still the same.</param>
/// <param name="First">The first number that is gone; 0 if none of the epoch of the hello is.</param>
/// <param name="Last">The last one; 0 likewise.</param>
internal sealed record Gap(string? Epoch, long First, long Last);

/// <summary>What a server says in a session, apart from lines of the room and acks.</summary>
internal abstract record ServerObject;

/// <summary>The client has another name now.</summary>
/// <param name="Name">The name. Not checked: it may hold any character.</param>
internal sealed record NewName(string Name) : ServerObject;

/// <summary>Some lines will not come: the server could not keep them for this client.</summary>
/// <param name="First">The first of their numbers.</param>
/// <param name="Last">The last of them.</param>
internal sealed record Skipped(long First, long Last) : ServerObject;

/// <summary>Something that this client sent was not accepted.</summary>
/// <param name="Code">Why, as a word for programs.</param>
/// <param name="Message">Why, in English. Not checked: it may hold any character.</param>
/// <param name="N">Which line it was; null if it was no line with a number.</param>
/// <param name="IsFatal">Whether the server ends the connection.</param>
internal sealed record ServerError(string Code, string Message, long? N, bool IsFatal) : ServerObject;

/// <summary>What kind of change it was.</summary>
internal enum PresenceKind
{
    /// <summary>A session has begun, or a plain member has joined.</summary>
    Join,

    /// <summary>A session has ended, or a plain member has left.</summary>
    Leave,

    /// <summary>A session has another name.</summary>
    Rename,

    /// <summary>More happened than can be told one by one.</summary>
    Crowd,
}

/// <summary>A change among the sessions of the room. Names and reasons are not checked: they may hold any character.</summary>
/// <param name="Kind">Which of the others have a value.</param>
/// <param name="Time">When, as the server wrote it.</param>
internal sealed record Presence(PresenceKind Kind, string Time) : ServerObject
{
    /// <summary>The number of the session or of the plain member; 0 with a crowd.</summary>
    public long Id { get; init; }

    /// <summary>The name now; null with a crowd, and for a plain member.</summary>
    public string? Name { get; init; }

    /// <summary>The name before, with a rename.</summary>
    public string? Was { get; init; }

    /// <summary>Why it has left: <c>left</c>, <c>lost</c> or the reason of an eviction.</summary>
    public string? Reason { get; init; }

    /// <summary>How many have joined, with a crowd.</summary>
    public long Joined { get; init; }

    /// <summary>How many have left, with a crowd.</summary>
    public long Left { get; init; }

    /// <summary>How many have another name, with a crowd.</summary>
    public long Renamed { get; init; }
}

/// <summary>A part of the answer to the question who is there.</summary>
/// <param name="Sessions">The sessions' numbers and names. Names are not checked: they may hold any character.</param>
/// <param name="Plain">How many plain members there are.</param>
/// <param name="HasMore">Whether another part follows.</param>
internal sealed record WhoPage(IReadOnlyList<(long Id, string Name)> Sessions, long Plain, bool HasMore) : ServerObject;
