namespace Chatctl.Core.Tests.Sessions;

/// <summary>What a session must not send, and what it does not read.</summary>
public sealed class FaultTests : RoomWithSessions
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{\"client\":\"short\"}")]
    [InlineData("{\"since\":\"yesterday\"}")]
    [InlineData("{\"name\":\"a\\u0007b\"}")]
    public void A_wrong_hello_gets_one_line_and_the_end(string hello)
    {
        Guest bad = Venue.Join();
        bad.Say($"CHATCTL/1 {hello}\n{{\"text\":\"ignored\"}}\n");
        string heard = bad.Hear(out Outbound end);
        Assert.Matches("^CHATCTL/1 \\{\"error\":\"[a-z]+\",\"message\":\"[^\"]+\"\\}\n$", heard);
        Assert.Equal(Outbound.CutOff, end);
        Assert.False(bad.Member.IsEvicted);
        Venue.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(bad.Member.IsEvicted);
    }

    [Fact]
    public void A_refused_line_is_named_and_the_session_goes_on()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"a\\nb\"}\n{\"n\":2,\"text\":\"c\"}\n");
        Assert.Equal("c\n", plain.Hear());
        Assert.Matches("^\\{\"error\":\"terminator\",\"message\":\"[^\"]+\",\"n\":1\\}\n\\{\"ack\":2,\"seq\":1\\}\n$", ann.Hear());
    }

    [Fact]
    public void A_session_whose_new_names_come_in_one_read_is_answered_and_not_reset()
    {
        const int Count = 10_000;
        Guest ann = Open(Ann, "ann");
        ann.Say(string.Concat(Enumerable.Range(0, Count).Select(i => $"{{\"name\":\"{i}\"}}\n")));
        Assert.False(ann.Member.IsEvicted);
        Assert.False(ann.Member.WantsInput);
        Assert.Equal(string.Concat(Enumerable.Range(0, Count).Select(i => $"{{\"name\":\"{i}\"}}\n")), ann.Hear());
        Assert.True(ann.Member.WantsInput);
    }

    [Fact]
    public void A_session_that_does_not_read_its_errors_is_not_read_from()
    {
        Guest ann = Open(Ann, "ann");
        int errors = 0;
        while (ann.Member.WantsInput)
        {
            Assert.True(++errors < 1000, "it is read from for ever");
            ann.Say("{\"n\":1,\"text\":\"a\\nb\"}\n");
        }

        int wakes = Venue.Wakes;
        Assert.Equal(errors, ann.Hear().Split('\n').Length - 1);
        Assert.True(Venue.Wakes > wakes);
        Assert.True(ann.Member.WantsInput);
    }
}
