namespace Chatctl.Core;

/// <summary>A receipt that a member waits for: how far the feeds have to be sent before it may be given.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="plain">The feed of plain members.</param>
/// <param name="sessions">The feed of sessions; null if there is none.</param>
internal sealed class Receipt(Feed plain, Feed? sessions)
{
    private readonly Part[] _awaited = sessions is null ? [new Part(plain)] : [new Part(plain), new Part(sessions)];

    /// <summary>Since when it has waited, as a timestamp.</summary>
    public long Since { get; private set; }

    /// <summary>Begins to wait. A receipt that has been given can begin again.</summary>
    /// <param name="since">The time, as a timestamp.</param>
    /// <param name="places">How far the feeds have to be sent.</param>
    public Receipt Begin(long since, Places places)
    {
        Since = since;
        foreach (Part part in _awaited)
        {
            part.Begin(part.Feed == plain ? places.Plain : places.Sessions);
        }

        return this;
    }

    /// <summary>
    /// Whether every other member has been sent what was ordered before it, except for members that receipts do not wait for. If not, a wake comes when
    /// the answer may have changed.
    /// </summary>
    /// <param name="own">The reader of the member that waits. A receipt does not wait for it.</param>
    public bool IsDue(Reader own)
    {
        bool isDue = true;
        foreach (Part part in _awaited)
        {
            isDue &= part.Feed.IsSentToAll(part, own);
        }

        return isDue;
    }

    /// <summary>It has waited long enough: its feeds are to overlook the readers that are behind it.</summary>
    public void MarkOverdue()
    {
        foreach (Part part in _awaited)
        {
            part.Feed.MarkOverdue(part.Place);
        }
    }

    /// <summary>How far one feed has to be sent.</summary>
    /// <param name="feed">The feed.</param>
    internal sealed class Part(Feed feed)
    {
        /// <summary>The feed.</summary>
        public Feed Feed => feed;

        /// <summary>The position in its log, in bytes.</summary>
        public long Place { get; private set; }

        /// <summary>The reader that was found to be behind; null if none was looked for, or none is.</summary>
        public Reader? Awaited { get; set; }

        /// <summary>Begins to wait for a place.</summary>
        public void Begin(long place) => (Place, Awaited) = (place, null);
    }
}
