namespace Chatctl;

/// <summary>What a transport is to do next for one member: the answer of <see cref="IMember.Pending"/>.</summary>
public enum Outbound
{
    /// <summary>
    /// Nothing is pending. A wake will say when to ask again. It is also the answer for a member that has got everything and whose receipt waits until its
    /// lines have been sent to the others: see <see cref="Finish"/>.
    /// </summary>
    Nothing,

    /// <summary>Send the bytes, report with <see cref="IMember.Sent"/>, and ask again.</summary>
    Bytes,

    /// <summary>
    /// Everything this member was to get has been sent: half-close (shut down sending), read and discard until the peer closes too or the
    /// server's patience ends, close, and <see cref="IMember.Leave"/>. Closing with unread input would turn the end into a reset, which
    /// destroys what is still in flight. A peer that has half-closed takes the FIN for the receipt that all it had sent was ordered for
    /// everyone, and was sent to everyone who does not lag. So if input waits unread that the room will not take any more (it drains, and the peer was in the middle of sending), go on
    /// as for <see cref="CutOff"/>; make sure before the half-close that no bytes are on their way to <see cref="IMember.Receive"/>; and leave
    /// the half-close of a peer that has sent anything and not finished to the end of that patience, or it may cross the peer's last lines.
    /// </summary>
    Finish,

    /// <summary>
    /// As <see cref="Finish"/>, but input from this peer has come too late and is lost. Leave the half-close out, keep the connection open
    /// until the server's patience ends, so that what is in flight arrives, then close it with a reset, and <see cref="IMember.Leave"/>.
    /// </summary>
    CutOff,
}
