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
    /// Everything that this member was to get has been sent. If the peer has half-closed, close the connection. If not, the room drains: wait a
    /// while for the peer to half-close (see <see cref="IBroadcastServer.StopAsync"/>), and then close. Call <see cref="IMember.Leave"/> after that.
    /// Do not shut down the sending direction instead: its FIN leaves also if input is unread. If input is unread when a socket is closed, the
    /// system sends a reset.
    /// <para>
    /// A peer that has half-closed takes the FIN for a receipt: all its lines were ordered for all members, and were sent to all members that do
    /// not lag. So the FIN must not come if input of the peer is lost:
    /// </para>
    /// <para>
    /// If there is unread input that the room does not take any more, because it drains and the peer was still sending, do as for
    /// <see cref="CutOff"/>. Before the close, make sure that no bytes are on their way to <see cref="IMember.Receive"/>. A peer that has not
    /// half-closed gets no FIN before its time is up. Otherwise the FIN may cross the peer's last lines.
    /// </para>
    /// </summary>
    Finish,

    /// <summary>
    /// As <see cref="Finish"/>, but input from this peer came too late and is lost. Do not half-close. Keep the connection open until the
    /// server's time to drain is up, so that what is in flight arrives. Then close it with a reset, and call <see cref="IMember.Leave"/>.
    /// </summary>
    CutOff,
}
