namespace Chatctl.Core;

/// <summary>A receipt that a member waits for: how far the feeds have to be sent before it may be given.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="since">Since when it has waited, as a timestamp.</param>
/// <param name="awaited">What it waits for, one for each feed.</param>
internal sealed class Receipt(long since, params Receipt.Part[] awaited)
{
    /// <summary>Since when it has waited, as a timestamp.</summary>
    public long Since => since;

    /// <summary>
    /// Whether every other member has been sent what was ordered before it, except for members that receipts do not wait for. If not, a wake comes when
    /// the answer may have changed.
    /// </summary>
    /// <param name="own">The reader of the member that waits. A receipt does not wait for it.</param>
    public bool IsDue(Reader own)
    {
        bool isDue = true;
        foreach (Part part in awaited)
        {
            isDue &= part.Feed.IsSentToAll(part, own);
        }

        return isDue;
    }

    /// <summary>It has waited long enough: its feeds are to overlook the readers that are behind it.</summary>
    public void MarkOverdue()
    {
        foreach (Part part in awaited)
        {
            part.Feed.MarkOverdue(part.Place);
        }
    }

    /// <summary>How far one feed has to be sent.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="place">The position in its log, in bytes.</param>
    internal sealed class Part(Feed feed, long place)
    {
        /// <summary>The feed.</summary>
        public Feed Feed => feed;

        /// <summary>The position in its log, in bytes.</summary>
        public long Place => place;

        /// <summary>The reader that was found to be behind; null if none was looked for, or none is.</summary>
        public Reader? Awaited { get; set; }
    }
}
