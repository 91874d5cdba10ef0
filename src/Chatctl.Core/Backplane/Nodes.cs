namespace Chatctl.Core.Backplane;

/// <summary>The nodes of a room.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
internal sealed class Nodes
{
    /// <summary>How often a node lets the others hear of it.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(4);

    /// <summary>How long a node may be silent, while others are heard of, until its members count as gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>How long a node that has not been heard of is known. After that it cannot come back with its members.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    /// <summary>When the last entry was appended.</summary>
    public DateTimeOffset Last { get; set; }

    /// <summary>
    /// How long the log has been in use. A time in which nobody appended anything counts for as long as a beat: then the log was away, or no node ran. So nobody is
    /// buried because of that.
    /// </summary>
    public TimeSpan Age { get; set; }

    /// <summary>How many nodes have ever begun. Each has a range of numbers for its members.</summary>
    public long Begun { get; set; }

    /// <summary>All nodes, in the order of their keys.</summary>
    public IEnumerable<Node> All => _nodes.Values;

    /// <summary>How long nobody had appended anything when the entry came that is being applied.</summary>
    public TimeSpan Silence { get; private set; }

    /// <summary>An entry is applied.</summary>
    public void Pass(DateTimeOffset time)
    {
        Silence = Last == default ? TimeSpan.Zero : time - Last;
        Age += Min(Silence, Beat);

        Last = time;
    }

    /// <summary>Finds a node; null if it has not begun, or has stopped.</summary>
    public Node? Find(string key) => _nodes.GetValueOrDefault(key);

    /// <summary>Adds a node.</summary>
    public void Add(Node node) => _nodes.Add(node.Key, node);

    /// <summary>Removes a node.</summary>
    public void Remove(Node node) => _nodes.Remove(node.Key);

    /// <summary>Whether a node has been silent for too long.</summary>
    public bool IsSilent(Node node) => !node.IsBuried && Age - node.HeardAt > Patience;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
