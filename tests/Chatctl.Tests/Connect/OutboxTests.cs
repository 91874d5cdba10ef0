using System.Text;
using Chatctl.Connect;

namespace Chatctl.Tests.Connect;

/// <summary>What is sent again when a connection is lost, and the pauses before other connections.</summary>
public sealed class OutboxTests
{
    [Theory]
    [InlineData("one\ntwo\n", 8, "", 0)]
    [InlineData("one\ntwo\n", 6, "two\n", 2)]
    [InlineData("one\ntwo\n", 4, "two\n", 0)]
    [InlineData("one\ntwo", 7, "two", 3)]
    [InlineData("one", 2, "one", 2)]
    [InlineData("one", 0, "one", 0)]
    public void A_line_that_was_begun_is_sent_again_from_its_beginning(string input, int handed, string unsent, int again)
    {
        var outbox = new Outbox((byte)'\n', keepsLine: true);
        Put(outbox, input);
        outbox.Advance(handed);
        Assert.Equal(again, outbox.GoBack());
        Assert.Equal(unsent, Encoding.UTF8.GetString(outbox.Unsent));
        Assert.False(outbox.IsMidLine);
    }

    [Fact]
    public void A_line_may_come_in_many_pieces()
    {
        var outbox = new Outbox((byte)'\n', keepsLine: true);
        var line = new StringBuilder();
        for (int i = 0; i < 1000; i++)
        {
            string piece = new((char)('a' + (i % 26)), 700);
            line.Append(piece);
            Put(outbox, piece);
            outbox.Advance(700);
        }

        Assert.True(outbox.IsMidLine);
        Assert.Equal(700_000, outbox.GoBack());
        Assert.Equal(line.ToString(), Encoding.UTF8.GetString(outbox.Unsent));
    }

    [Fact]
    public void Input_after_the_loss_comes_after_the_line_that_was_begun()
    {
        var outbox = new Outbox((byte)'\n', keepsLine: true);
        Put(outbox, "begin");
        outbox.Advance(5);
        outbox.GoBack();
        Put(outbox, "ning\n");
        Assert.Equal("beginning\n", Encoding.UTF8.GetString(outbox.Unsent));
    }

    [Fact]
    public void The_rest_of_a_line_whose_beginning_is_gone_is_dropped_and_counted()
    {
        var outbox = new Outbox((byte)'\n', keepsLine: true);
        string piece = new('x', Outbox.ReadSize);
        for (int i = 0; i <= (Outbox.LongestLine / Outbox.ReadSize) + 1; i++)
        {
            Put(outbox, piece);
            outbox.Advance(piece.Length);
        }

        Put(outbox, "some ");
        Assert.Equal(0, outbox.GoBack());
        Put(outbox, "more\nnext\n");
        Assert.Equal("next\n", Encoding.UTF8.GetString(outbox.Unsent));
        Assert.Equal(10, outbox.Dropped);
        outbox.Advance(2);
        Assert.Equal(2, outbox.GoBack());
    }

    [Fact]
    public void Connections_that_are_lost_in_the_middle_of_a_line_are_counted_until_it_has_been_handed_over()
    {
        var outbox = new Outbox((byte)'\n', keepsLine: true);
        Put(outbox, "first\nsecond");
        outbox.Advance(8);
        outbox.GoBack();
        Assert.Equal((1, "second"), (outbox.Cuts, outbox.Beginning));

        // This connection was lost before it got anything of the line.
        outbox.GoBack();
        Assert.Equal(1, outbox.Cuts);
        outbox.Advance(1);
        outbox.GoBack();
        Assert.Equal(2, outbox.Cuts);
        Put(outbox, "\nthird");
        outbox.Advance(9);
        Assert.Equal(0, outbox.Cuts);
        outbox.GoBack();
        Assert.Equal((1, "third"), (outbox.Cuts, outbox.Beginning));
    }

    [Fact]
    public void The_shown_beginning_of_a_long_line_does_not_end_in_half_a_character()
    {
        var outbox = new Outbox((byte)'\n', keepsLine: true);
        Put(outbox, $"{new string('x', 39)}é and more");
        Assert.Equal($"{new string('x', 39)}…", outbox.Beginning);
    }

    [Fact]
    public void Nothing_is_kept_if_nothing_will_be_sent_again()
    {
        var outbox = new Outbox((byte)'\n', keepsLine: false);
        Put(outbox, "begin");
        outbox.Advance(5);
        outbox.Reserve();
        Assert.True(outbox.IsMidLine);
        Assert.Equal(0, outbox.GoBack());
    }

    [Fact]
    public void Pauses_grow_from_a_quarter_of_a_second_to_half_a_minute_and_can_start_again()
    {
        var backoff = new Backoff(new Random(1));
        TimeSpan[] delays = [.. Enumerable.Range(0, 20).Select(_ => backoff.Next())];
        Assert.All(delays, (delay, i) =>
        {
            double most = Math.Min(0.5 * Math.Pow(2, i), 30);
            Assert.InRange(delay.TotalSeconds, most / 2, most);
        });
        Assert.NotEqual(delays[18], delays[19]);
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0.25, 0.5);
    }

    private static void Put(Outbox outbox, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bytes.CopyTo(outbox.Reserve());
        outbox.Add(bytes.Length);
    }
}
