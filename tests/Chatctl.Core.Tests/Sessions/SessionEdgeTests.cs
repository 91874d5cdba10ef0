using System.Text.Json;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>Sessions that begin, change or end at an awkward moment.</summary>
public sealed class SessionEdgeTests : IDisposable
{
    private const string Ann = "annannannannannannannann";
    private const string Bob = "bobbobbobbobbobbobbobbob";

    private static readonly RoomOptions Options = new() { MaxLineBytes = 64, BufferBytes = 2048 * RoomOptions.Segments };
    private Venue _venue = new(Options);

    public void Dispose() => _venue.Dispose();

    [Fact]
    public void A_member_that_is_stuck_before_its_hello_does_not_keep_receipts_waiting()
    {
        Guest plain = _venue.Join();
        Guest stuck = _venue.Join();
        plain.Say("one\n");
        stuck.Sip();
        stuck.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        plain.Say("two\n");
        plain.Member.EndOfInput();
        Assert.Equal(Outbound.Nothing, plain.Next());
        for (int i = 0; i < 4; i++)
        {
            _venue.Time.Advance(RoomOptions.DefaultReceiptPatience);
        }

        Assert.Equal(Outbound.Finish, plain.Next());
    }

    [Fact]
    public void A_member_that_is_stuck_before_its_hello_is_slow_at_once()
    {
        Use(Options with { Slow = SlowPolicy.Disconnect, History = 1 });
        Guest plain = _venue.Join();
        Guest ear = _venue.Join();
        Guest stuck = _venue.Join();
        Guest bob = Open(Bob, "bob");
        plain.Say("one\n");
        stuck.Sip();
        stuck.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        for (int i = 0; i < 5000 && !stuck.Member.IsEvicted; i++)
        {
            Assert.True(plain.Member.WantsInput, "senders are held back");
            plain.Say("line\n");
            plain.Hear();
            ear.Hear();
            bob.Hear();
            stuck.Next();
        }

        Assert.True(stuck.Member.IsEvicted);
    }

    [Fact]
    public void A_session_whose_only_line_was_refused_ends_after_its_end_of_input()
    {
        Guest ann = _venue.Join();
        ann.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n{{\"n\":1,\"text\":\"a\\nb\"}}\n");
        ann.Member.EndOfInput();
        Assert.Contains("\"n\":1", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void What_was_said_before_the_first_session_is_gone_for_those_who_ask_for_a_time()
    {
        Guest plain = _venue.Join();
        plain.Say("one\ntwo\n");
        _venue.Time.Advance(TimeSpan.FromSeconds(10));
        Join($$"""{"client":"{{Ann}}","since":"1m"}""", out JsonElement hello);
        Assert.Equal(2, hello.GetProperty("gap").GetProperty("last").GetInt64());
        _venue.Time.Advance(TimeSpan.FromMinutes(2));
        Join($$"""{"client":"{{Bob}}","since":"1m"}""", out hello);
        Assert.False(hello.TryGetProperty("gap", out _));
    }

    [Fact]
    public void A_newer_connection_that_brings_another_name_is_told_as_a_new_name()
    {
        Guest bob = Open(Bob, "bob");
        Open(Ann, "ann");
        bob.Hear();
        Guest newer = Open(Ann, "anna");
        Assert.Matches("^\\{\"event\":\"rename\",\"time\":\"[^\"]*\",\"id\":2,\"name\":\"anna\",\"was\":\"ann\"\\}\n$", bob.Hear());
        Assert.Equal("", newer.Hear());
    }

    private void Use(RoomOptions options)
    {
        _venue.Dispose();
        _venue = new Venue(options);
    }

    private Guest Open(string client, string name) => Open(client, name, out _);

    private Guest Open(string client, string name, out string epoch)
    {
        Guest guest = Join($$"""{"client":"{{client}}","name":"{{name}}"}""", out JsonElement hello);
        epoch = hello.GetProperty("epoch").GetString()!;
        return guest;
    }

    private Guest Join(string hello, out JsonElement answer)
    {
        Guest guest = _venue.Join();
        guest.Say($"CHATCTL/1 {hello}\n");
        byte[] scratch = new byte[64 << 10];
        Assert.Equal(Outbound.Bytes, guest.Member.Pending(scratch, out ReadOnlyMemory<byte> first));
        string line = System.Text.Encoding.UTF8.GetString(first.Span);
        guest.Member.Sent(first.Length);
        answer = JsonDocument.Parse(line["CHATCTL/1 ".Length..]).RootElement;
        return guest;
    }
}
