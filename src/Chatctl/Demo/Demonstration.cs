using Chatctl.Cli;
using Chatctl.Connect;
using Chatctl.Connect.Sessions;

namespace Chatctl.Demo;

/// <summary>Members of different kinds talk in a room, all at once. Afterwards it is known what each of them received.</summary>
/// <remarks>
/// Three members send, and a fourth only listens. With three members alone, only one of them would receive two lines of different senders, and nobody
/// could say whether another one would have received them in the same order. One of the senders loses its connection in the middle. The others speak
/// while it is away, and it comes back only after that.
/// </remarks>
/// <param name="room">Where they meet.</param>
/// <param name="patience">How long to wait for the next sign of life before something counts as missing.</param>
internal sealed class Demonstration(IDemoRoom room, TimeSpan patience)
{
    private const int LinesEach = 3, BeforeLoss = 1;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    // Between two lines of a member that types, so that the lines of all members mix.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs it to its end, and closes the room.</summary>
    /// <returns>What each member sent and received.</returns>
    /// <exception cref="ConnectionException">A member could not join.</exception>
    public IReadOnlyList<Account> Run()
    {
        using var link = new BreakableLink(room.Address);
        var bob = new ConnectMember("bob", Lines("bob"), Session("bob") with { RetryFor = room.HasSessions ? Timeout.InfiniteTimeSpan : null }, TimeSpan.Zero);
        DemoMember[] senders =
        [
            new ConnectMember("ann", Lines("ann"), Session("ann"), Pause),
            new SocketMember("nc", Lines("nc"), Pause),
            bob,
        ];
        var listener = new ConnectMember("listener", [], new ClientOptions { Sends = false }, Pause);
        DemoMember[] members = [.. senders, listener];
        try
        {
            // A member receives nothing from before it joined. So all join before one of them sends.
            for (int joined = 0; joined < members.Length; joined++)
            {
                members[joined].Join(members[joined] == bob ? link.Address : room.Address);
                AwaitMember(members[joined], joined + 1);
            }

            Loss? loss = null;
            if (room.HasSessions)
            {
                loss = SendOverLoss(link, bob, members);
            }
            else
            {
                Array.ForEach(senders, member => member.Send(..));
            }

            AwaitLines(members, members, _ => LinesEach);

            // The server closes a sender's connection when it has sent all that is pending, so a line too many arrives before that.
            Array.ForEach(senders, member => member.EndInput());
            Array.ForEach(senders, member => member.AwaitEnd(patience));

            // A listener stays until the room closes.
            room.Close();
            listener.AwaitEnd(patience);
            return Array.ConvertAll(members, member => new Account(member.Name, member.Sent, member.Received.Lines, member.Fault, member == bob ? loss : null));
        }
        finally
        {
            Array.ForEach(members, member => member.Dispose());
        }
    }

    /// <summary>All say their first lines, and bob loses its connection. The others say the rest, and only then bob comes back and says its own.</summary>
    private Loss SendOverLoss(BreakableLink link, DemoMember bob, DemoMember[] members)
    {
        Array.ForEach(members, member => member.Send(..BeforeLoss));
        AwaitLines(members, members, _ => BeforeLoss);
        link.Break();
        int before = bob.Received.Count;
        DemoMember[] others = Array.FindAll(members, member => member != bob);
        Array.ForEach(others, member => member.Send(BeforeLoss..));
        AwaitLines(others, members, member => member == bob ? BeforeLoss : LinesEach);
        bob.Send(BeforeLoss..);
        link.Mend();
        return new Loss(before);
    }

    private ClientOptions Session(string name) => new() { Session = room.HasSessions ? new SessionRequest { Name = name } : null };

    private static string[] Lines(string name) => [.. Enumerable.Range(1, LinesEach).Select(number => $"{name}: line {number}")];

    private void AwaitMember(DemoMember member, int count)
    {
        long began = Environment.TickCount64;
        while (room.MemberCount < count || !member.HasJoined)
        {
            if (Environment.TickCount64 - began > patience.TotalMilliseconds)
            {
                throw new ConnectionException($"a member could not join the room at {room.Address}");
            }

            Thread.Sleep(Glance);
        }
    }

    /// <summary>Waits until members have what the others said, or none of them has received a line for too long.</summary>
    /// <param name="members">Who is waited for.</param>
    /// <param name="all">Who may have spoken.</param>
    /// <param name="said">How many lines each has said, unless it has fewer.</param>
    private void AwaitLines(DemoMember[] members, DemoMember[] all, Func<DemoMember, int> said)
    {
        long progress = Environment.TickCount64;
        int before = -1;
        while (Array.Exists(members, member => member.Received.Count < all.Where(other => other != member).Sum(other => Math.Min(said(other), other.Sent.Count))))
        {
            int now = members.Sum(member => member.Received.Count);
            if (now != before)
            {
                (before, progress) = (now, Environment.TickCount64);
            }
            else if (Environment.TickCount64 - progress > patience.TotalMilliseconds)
            {
                return;
            }

            Thread.Sleep(Glance);
        }
    }
}
