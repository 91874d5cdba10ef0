using System.Text;

namespace Chatctl.Core.Tests.Model;

/// <summary>The bytes that members say in a step.</summary>
internal static class Sayings
{
    private static readonly string[] Names = ["ann", "bob", "Ann", "ann-2", "eve"];
    private static readonly int[] Ages = [0, 1, 500, 2000, 15_000, 600_000];

    public static byte[] Hello(SessionStep step, SessionRoomModel room)
    {
        var members = new List<string>();
        int client = step.Choice % 5;
        string id = new((char)('a' + client), 22);
        if (client < 4)
        {
            members.Add($"\"client\":\"{id}\"");
        }

        if (step.Choice / 5 % 3 > 0)
        {
            members.Add($"\"name\":\"{Names[step.Choice / 15 % Names.Length]}\"");
        }

        long position = room.Known.TryGetValue(id, out SessionModel? session) ? session.Position : 0;
        string epoch = room.Epoch ?? "none";
        string? since = (step.Choice / 7 % 12) switch
        {
            0 or 1 or 2 => $"\"{epoch}:{position}\"",
            3 => $"\"{epoch}:{step.Choice % (room.Sequence + 1)}\"",
            4 => "\"all\"",
            5 => $"{step.Choice % 50}",
            6 => $"\"{step.Choice % 50}\"",
            7 => $"\"{Ages[step.Choice % Ages.Length]}ms\"",
            8 => "\"another:7\"",
            9 when step.Count == 1 => $"\"{epoch}:{room.Sequence + 1 + step.Held}\"",
            _ => null,
        };
        if (since is not null)
        {
            members.Add($"\"since\":{since}");
        }

        string json = step.Choice switch
        {
            < 8 => "nothing",
            < 16 => "{\"since\":\"yesterday\"}",
            < 24 => "{\"name\":\"a\\u0007b\"}",
            _ => $"{{{string.Join(',', members)}}}",
        };
        return Encoding.UTF8.GetBytes($"CHATCTL/1 {json}\n");
    }

    public static byte[] Of(SessionStep step, PeerModel peer, SessionRoomModel room)
    {
        var bytes = new List<byte>();
        if (peer.Session is not { } session)
        {
            // Whatever it is to say, it says it as a plain member.
            for (int i = 0; i < step.Count; i++)
            {
                bytes.AddRange([.. Text(step.Choice + (7 * i), room), room.Terminator]);
            }

            return [.. bytes];
        }

        long n = session.LastN;
        for (int i = 0; i < step.Count; i++)
        {
            int choice = step.Choice + (7 * i);
            string member = Wire.Text(Text(choice, room));
            string line;
            switch (step.Kind)
            {
                case SessionStepKind.Speak:
                    n += choice % 9 == 0 ? 3 : 1;
                    line = choice % 4 == 0 ? $"{{{member}}}" : $"{{\"n\":{n},{member}}}";
                    break;
                case SessionStepKind.Repeat:
                    line = $"{{{member},\"n\":{Math.Max(1, session.LastN - (choice % 4))}}}";
                    break;
                case SessionStepKind.Rename:
                    line = $"{{\"name\":\"{Names[choice % Names.Length]}\"}}";
                    break;
                case SessionStepKind.Who:
                    line = "{\"who\":true}";
                    break;
                default:
                    line = Wrong(choice, n + 1, room);
                    break;
            }

            bytes.AddRange(Encoding.UTF8.GetBytes(line + (choice % 11 == 0 ? "\r\n" : "\n")));
        }

        return [.. bytes];
    }

    private static string Wrong(int choice, long n, SessionRoomModel room) => (choice % 24) switch
    {
        0 => "nothing",
        1 => new string(' ', (6 * room.Options.MaxLineBytes) + 1024),
        < 7 => $"{{\"n\":{n},\"text\":\"a{(room.Terminator == 0 ? "\\u0000" : "\\n")}b\"}}",
        < 12 => $"{{\"n\":{n},\"text\":\"{new string('x', room.Options.MaxLineBytes)}\"}}",
        < 16 => "{\"n\":0,\"text\":\"a\"}",
        < 19 => "{\"name\":\"\\t\"}",
        < 22 => "{\"later\":{\"n\":1,\"text\":\"a\"}}",
        _ => "",
    };

    /// <summary>A text that is mostly letters, and that a line may hold.</summary>
    private static byte[] Text(int choice, SessionRoomModel room)
    {
        byte[] letters = Encoding.ASCII.GetBytes(new string((char)('a' + (choice % 26)), choice * 13 % (room.Options.MaxLineBytes - 4)));
        return (choice % 17) switch
        {
            0 => [.. letters, .. "\"\\"u8],
            1 => [.. letters, .. "é"u8],
            2 => [.. letters, 0xFF],
            3 when room.Terminator == 0 => [.. letters, (byte)'\n'],
            _ => letters,
        };
    }
}
