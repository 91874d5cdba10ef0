using Chatctl.Core.Sessions;

namespace Chatctl.Core.Backplane;

/// <summary>A node of the room, this one or another, as all nodes see it at the same place in the log.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="key">What names it in the log.</param>
/// <param name="name">What its operator calls it.</param>
internal sealed class Node(string key, string name)
{
    /// <summary>What names it in the log.</summary>
    public string Key => key;

    /// <summary>What its operator calls it.</summary>
    public string Name => name;

    /// <summary>When it was last heard of, by <see cref="Nodes.Age"/>.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>Whether it has been silent for too long. Its sessions have left, until it is heard of again.</summary>
    public bool IsBuried { get; set; }

    /// <summary>How many plain members it has.</summary>
    public int PlainCount { get; set; }

    /// <summary>The plain members that sessions were told about, by number.</summary>
    public SortedSet<long> Plain { get; } = [];

    /// <summary>The connections over which it has sessions. A session may have another connection by now.</summary>
    public SortedDictionary<long, Session> Connections { get; } = [];
}
