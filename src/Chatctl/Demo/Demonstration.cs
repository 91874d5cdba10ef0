using Chatctl.Cli;
using Chatctl.Connect;

namespace Chatctl.Demo;

/// <summary>Members of different kinds talk in a room, all at once. Afterwards it is known what each of them received.</summary>
/// <remarks>
/// Three members send, and a fourth only listens. With three members alone, only one of them would receive two lines of different senders, and nobody
/// could say whether another one would have received them in the same order.
/// </remarks>
/// <param name="room">Where they meet.</param>
/// <param name="patience">How long to wait for the next sign of life before something counts as missing.</param>
internal sealed class Demonstration(IDemoRoom room, TimeSpan patience)
{
    private const int Senders = 3, LinesEach = 3;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    // Between two lines of a member that types, so that the lines of all members mix.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs it to its end, and closes the room.</summary>
    /// <returns>What each member sent and received.</returns>
    /// <exception cref="ConnectionException">A member could not join.</exception>
    public IReadOnlyList<Account> Run()
    {
        DemoMember[] senders = MakeSenders();
        var listener = new ConnectMember("listener", [], new ClientOptions { Sends = false }, Pause);
        DemoMember[] members = [.. senders, listener];
        try
        {
            // A member receives nothing from before it joined. So all join before one of them sends.
            for (int joined = 0; joined < members.Length; joined++)
            {
                members[joined].Join(room.Address);
                AwaitMembers(joined + 1);
            }

            Array.ForEach(members, member => member.Send());
            AwaitLines(members);

            // The server closes a sender's connection when it has sent all that is pending, so a line too many arrives before that.
            Array.ForEach(senders, member => member.EndInput());
            Array.ForEach(senders, member => member.AwaitEnd(patience));

            // A listener stays until the room closes.
            room.Close();
            listener.AwaitEnd(patience);
            return Array.ConvertAll(members, member => new Account(member.Name, member.Sent, member.Received.Lines, member.Fault));
        }
        finally
        {
            Array.ForEach(members, member => member.Dispose());
        }
    }

    private static DemoMember[] MakeSenders() =>
    [
        new ConnectMember("chatctl connect", Lines("connect"), new ClientOptions(), Pause),
        new SocketMember("nc", Lines("nc"), Pause),

        // A program writes all it has at once. Its pipe stays open until the others have been heard, as with tail -f.
        new ConnectMember("tail -f FILE | chatctl", Lines("file"), new ClientOptions(), TimeSpan.Zero),
    ];

    private static string[] Lines(string name) => [.. Enumerable.Range(1, LinesEach).Select(number => $"{name}: line {number}")];

    private void AwaitMembers(int count)
    {
        long began = Environment.TickCount64;
        while (room.MemberCount < count)
        {
            if (Environment.TickCount64 - began > patience.TotalMilliseconds)
            {
                throw new ConnectionException($"a member could not join the room at {room.Address}");
            }

            Thread.Sleep(Glance);
        }
    }

    /// <summary>Waits until every member has the lines of all others, or none has received a line for too long.</summary>
    private void AwaitLines(DemoMember[] members)
    {
        long progress = Environment.TickCount64;
        int before = -1;
        while (Array.Exists(members, member => member.Received.Count < (Senders * LinesEach) - member.Sent.Count))
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
