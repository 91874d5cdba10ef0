namespace Chatctl;

/// <summary>What a transport is to do next for one member: the answer of <see cref="IMember.Pending"/>.</summary>
public enum Outbound
{
    /// <summary>Nothing is pending. A wake will say when to ask again.</summary>
    Nothing,

    /// <summary>Send the bytes, report with <see cref="IMember.Sent"/>, and ask again.</summary>
    Bytes,

    /// <summary>
    /// Everything this member was to get has been sent: half-close (shut down sending), read and discard until the peer closes too or the
    /// server's patience ends, close, and <see cref="IMember.Leave"/>. Closing with unread input would turn the end into a reset, which
    /// destroys what is still in flight. A peer that has half-closed takes the FIN for the receipt that all it had sent was ordered for
    /// everyone. So while input that the room will not take any more waits unread (it drains, and the peer was in the middle of sending),
    /// leave the half-close out: what ends that connection in the end is a reset.
    /// </summary>
    Finish,
}
