namespace Chatctl.Core.Journal;

/// <summary>The sessions that a journal knows, in the order in which they changed.</summary>
/// <remarks>It is for one thread at a time.</remarks>
/// <param name="most">How many there are at most. The one that has not changed for the longest time goes first.</param>
internal sealed class SessionTable(int most)
{
    private readonly Dictionary<long, LinkedListNode<SessionRecord>> _nodes = [];
    private readonly LinkedList<SessionRecord> _byChange = [];

    /// <summary>All of them, the oldest change first.</summary>
    public IReadOnlyCollection<SessionRecord> All => _byChange;

    /// <summary>A session has begun or changed.</summary>
    public void Set(SessionRecord session)
    {
        if (_nodes.TryGetValue(session.Id, out LinkedListNode<SessionRecord>? node))
        {
            node.Value = session;
            _byChange.Remove(node);
            _byChange.AddLast(node);
            return;
        }

        _nodes.Add(session.Id, _byChange.AddLast(session));
        if (_nodes.Count > most)
        {
            _nodes.Remove(_byChange.First!.Value.Id);
            _byChange.RemoveFirst();
        }
    }
}
