using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>The names of a room's keys. The braces keep them together in a cluster.</summary>
/// <param name="room">The room's name.</param>
/// <param name="node">The node's name.</param>
internal sealed class RedisKeys(string room, string node)
{
    /// <summary>A stream: the entries. The id of entry 7 is <c>7-0</c>.</summary>
    public RedisKey Log { get; } = $"chatctl:{{{room}}}:log";

    /// <summary>A hash: the format of all this, and number, stamp and time of the last entry.</summary>
    public RedisKey Meta { get; } = $"chatctl:{{{room}}}:meta";

    /// <summary>A hash: a state's number, and its bytes.</summary>
    public RedisKey States { get; } = $"chatctl:{{{room}}}:states";

    /// <summary>A string: the node's last batch, and the number of its entry. It is gone a day after that, when nobody sends that batch once more.</summary>
    public RedisKey Node { get; } = $"chatctl:{{{room}}}:node:{node}";
}
