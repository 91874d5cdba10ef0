using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>The names of a room's keys. The braces keep them together in a cluster. None of them expires: a server may delete keys that do when its memory is full.</summary>
/// <param name="room">The room's name.</param>
internal sealed class RedisKeys(string room)
{
    /// <summary>A stream: the entries. The id of entry 7 is <c>7-0</c>.</summary>
    public RedisKey Log { get; } = $"chatctl:{{{room}}}:log";

    /// <summary>A hash: the format of all this, and number, stamp and time of the last entry.</summary>
    public RedisKey Meta { get; } = $"chatctl:{{{room}}}:meta";

    /// <summary>A hash: a state's number, and its bytes.</summary>
    public RedisKey States { get; } = $"chatctl:{{{room}}}:states";

    /// <summary>A hash: a node, and its last batch and the number of its entry. It forgets a node when that entry is long gone, and nobody sends that batch once more.</summary>
    public RedisKey Nodes { get; } = $"chatctl:{{{room}}}:nodes";
}
