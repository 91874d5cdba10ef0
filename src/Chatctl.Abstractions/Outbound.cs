namespace Chatctl;

/// <summary>What a transport is to do next for one member: the answer of <see cref="IMember.Pending"/>.</summary>
public enum Outbound
{
    /// <summary>
    /// Nothing is pending. A wake says when to ask again. It is also the answer for a member that has got everything, while its receipt waits
    /// until its lines have been sent to the others: see <see cref="Finish"/>.
    /// </summary>
    Nothing,

    /// <summary>Send the bytes, report with <see cref="IMember.Sent"/>, and ask again.</summary>
    Bytes,

    /// <summary>
    /// Everything that this member was to get has been sent. Half-close (shut down sending). Read and discard until the peer closes too, or until
    /// the server's time to drain is up (see <see cref="IBroadcastServer.StopAsync"/>). Then close, and call <see cref="IMember.Leave"/>. If input is
    /// unread at the close, the system sends a reset, and a reset destroys what is still in flight.
    /// <para>
    /// A peer that has half-closed takes the FIN for a receipt: all its lines were ordered for all members, and were sent to all members that do
    /// not lag. So the FIN must not come if input of the peer is lost:
    /// </para>
    /// <para>
    /// If there is unread input that the room does not take any more, since it drains and the peer was still sending, do as for
    /// <see cref="CutOff"/>. Before the half-close, make sure that no bytes are on their way to <see cref="IMember.Receive"/>. If the peer has
    /// sent something and has not half-closed, wait with the half-close until the time to drain is up. Otherwise the FIN may cross the peer's
    /// last lines.
    /// </para>
    /// </summary>
    Finish,

    /// <summary>
    /// As <see cref="Finish"/>, but input from this peer came too late and is lost. Do not half-close. Keep the connection open until the
    /// server's time to drain is up, so that what is in flight arrives. Then close it with a reset, and call <see cref="IMember.Leave"/>.
    /// </summary>
    CutOff,
}
