using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace Chatctl.Core.Tests.Access;

/// <summary>Rooms in which members of all rights talk at once, in chunks of any size. Who hears what is compared with one listener that may only read.</summary>
public sealed partial class RandomRoomTests : GuardedRoom
{
    private static readonly string[] Kinds = ["plain", "session", "token"];

    [Fact]
    public void Readers_hear_all_that_writers_say_and_nobody_hears_anything_else() =>
        Gen.Int[0, int.MaxValue].Sample(Run, iter: 150, threads: 1);

    private static void Run(int seed)
    {
        var random = new Random(seed);
        bool echo = random.Next(4) == 0;
        using var venue = new Venue(Options with { BufferBytes = 1 << 20, Echo = echo }, access: new Doorkeeper(Rules));
        var listener = new Voice(venue.Join(new Peer(null, UserName: "bob")), 0, "bob", "plain");
        Guest stranger = venue.Join();
        List<Voice> voices = [listener];
        foreach (string name in Names.Concat(Names))
        {
            string kind = Kinds[random.Next(Kinds.Length)];
            voices.Add(new Voice(venue.Join(kind == "token" ? null : new Peer(null, UserName: name)), voices.Count, name, kind));
        }

        voices.ForEach(voice => voice.Begin());
        for (int step = 0; step < 200; step++)
        {
            Voice voice = voices[random.Next(1, voices.Count)];
            if (random.Next(2) == 0)
            {
                voice.Say(random);
            }
            else
            {
                voice.Hear(random.Next(1, 200));
            }
        }

        voices.ForEach(voice => voice.SayRest());
        voices.ForEach(voice => voice.Hear(int.MaxValue));
        voices.ForEach(voice => voice.HalfClose());

        // A receipt waits for the others, so everybody is asked again.
        voices.ForEach(voice => voice.Hear(int.MaxValue));
        voices.ForEach(voice => voice.Hear(int.MaxValue));
        string[] all = listener.HeardMarks();
        foreach (Voice voice in voices)
        {
            string own = $"<{voice.Number}:";
            Assert.Equal(voice.MayWrite ? voice.Said : [], all.Where(mark => mark.StartsWith(own, StringComparison.Ordinal)));
            string[] expected = voice.MayRead ? [.. all.Where(mark => echo || !mark.StartsWith(own, StringComparison.Ordinal))] : [];
            Assert.Equal(voice.IsGone ? expected.Take(voice.HeardMarks().Length) : expected, voice.HeardMarks());
            Assert.Equal(voice.Kind == "plain" && !voice.MayWrite && voice.Said.Count > 0, voice.IsGone);
            Assert.Equal(voice.IsGone || voice.IsListener ? Outbound.Nothing : Outbound.Finish, voice.End);
        }

        Assert.Equal("", stranger.Hear());
    }

    [GeneratedRegex("<[0-9]+:[0-9]+>")]
    private static partial Regex Mark();

    /// <summary>A member that marks all it says.</summary>
    private sealed class Voice(Guest guest, int number, string name, string kind)
    {
        private readonly StringBuilder _heard = new();
        private readonly byte[] _scratch = new byte[256];
        private string _unsent = "";

        public int Number => number;

        public string Name => name;

        public string Kind => kind;

        public List<string> Said { get; } = [];

        public bool MayRead => name != "cid";

        public bool MayWrite => name != "bob";

        public bool IsGone => guest.Member.IsEvicted;

        /// <summary>Whether it stays after its half-close, since it has sent nothing and may hear.</summary>
        public bool IsListener => kind == "plain" && MayRead && Said.Count == 0;

        public Outbound End { get; private set; }

        public void Begin()
        {
            if (kind != "plain")
            {
                guest.Say(kind == "token" ? $$"""CHATCTL/1 {"token":"{{Tokens[name]}}"}""" + "\n" : "CHATCTL/1 {}\n");
            }
        }

        /// <summary>Says a line, but keeps a part of it back for the next time.</summary>
        public void Say(Random random)
        {
            string mark = string.Create(CultureInfo.InvariantCulture, $"<{number}:{Said.Count}>");
            Said.Add(mark);
            _unsent += kind == "plain" ? mark + "\n" : $"{{\"n\":{Said.Count},\"text\":\"{mark}\"}}\n";
            int cut = random.Next(1, _unsent.Length + 1);
            guest.Say(_unsent[..cut]);
            _unsent = _unsent[cut..];
        }

        public void SayRest() => guest.Say(_unsent);

        public void Hear(int most)
        {
            while (most > 0 && (End = guest.Member.Pending(_scratch, out ReadOnlyMemory<byte> bytes)) == Outbound.Bytes)
            {
                int count = Math.Min(most, bytes.Length);
                _heard.Append(Encoding.Latin1.GetString(bytes.Span[..count]));
                guest.Member.Sent(count);
                most -= count;
            }
        }

        public void HalfClose() => guest.Member.EndOfInput();

        public string[] HeardMarks() => [.. Mark().Matches(_heard.ToString()).Select(mark => mark.Value)];
    }
}
