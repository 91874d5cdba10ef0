using System.Text;
using System.Text.Json;
using Chatctl.Connect.Sessions;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>What is kept of the input until the server has acknowledged it.</summary>
public sealed class LineOutboxTests
{
    [Fact]
    public void An_ack_frees_what_was_handed_over_and_no_line_that_was_not()
    {
        var outbox = new LineOutbox((byte)'\n');
        Put(outbox, "a\nb\nc\n");
        outbox.Advance(First(outbox).Length);
        Assert.True(outbox.Acknowledge(2));
        Assert.Equal(1, outbox.Unacknowledged);

        // The rest of what was begun is still sent, because a line on the wire must be whole. The server takes it once.
        Assert.Equal(["2 b", "3 c"], Said(outbox));
        outbox.Rewind(1);
        Assert.Equal(["3 c"], Said(outbox));
        Assert.False(outbox.Acknowledge(4));
    }

    [Fact]
    public void Refused_lines_and_requests_are_not_sent_again()
    {
        var outbox = new LineOutbox((byte)'\n');
        Put(outbox, "a\n");
        outbox.Request(ClientWire.Who);
        Put(outbox, "b\nc\n");
        outbox.Advance(outbox.Unsent.Length);
        outbox.Refuse(2);
        Assert.Equal(2, outbox.Unacknowledged);
        outbox.Rewind(1);
        Assert.Equal(["1 a", "3 c"], Said(outbox));
        Assert.Equal(2, outbox.Doubtful);
        outbox.Advance(outbox.Unsent.Length);
        outbox.Acknowledge(3);
        Assert.True(outbox.IsSettled);
    }

    [Fact]
    public void Only_lines_that_a_lost_connection_got_whole_are_in_doubt()
    {
        var outbox = new LineOutbox((byte)'\n');
        Put(outbox, "a\nb\nc\n");
        outbox.Advance(First(outbox).Length + 3);
        Assert.True(outbox.IsCut);
        outbox.Rewind(1);
        Assert.Equal(1, outbox.Doubtful);
        Assert.Equal(["1 a", "2 b", "3 c"], Said(outbox));
    }

    [Fact]
    public void A_line_that_no_connection_survives_is_named_after_three()
    {
        var outbox = new LineOutbox((byte)'\n');
        Put(outbox, "a\nb\n");
        for (int connection = 1; connection <= 3; connection++)
        {
            Assert.Null(outbox.FatalLine);
            outbox.Advance(First(outbox).Length + 3);
            outbox.Rewind(1);
        }

        Assert.NotNull(outbox.FatalLine);
    }

    [Fact]
    public void A_long_line_may_come_in_pieces_and_one_that_is_too_long_is_dropped_and_counted()
    {
        var outbox = new LineOutbox((byte)'\n');
        string? refused = null;
        outbox.Refused = message => refused = message;
        outbox.Limit(100);
        Put(outbox, new string('x', 60));
        Put(outbox, new string('x', 40) + "\n");
        Assert.Equal([$"1 {new string('x', 100)}"], Said(outbox));
        Put(outbox, new string('y', 150));
        Put(outbox, new string('y', 150));
        Assert.True(outbox.IsMidLine);
        Put(outbox, "y\nnext\n");
        Assert.StartsWith("line 2 of the input has 301 bytes", refused, StringComparison.Ordinal);
        Assert.Equal("3 next", Said(outbox)[^1]);
    }

    [Fact]
    public void A_line_costs_no_allocation()
    {
        var outbox = new LineOutbox((byte)'\n');
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("some text\n", 100)));
        long before = 0;
        for (int round = 0; round < 200; round++)
        {
            if (round == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            lines.CopyTo(outbox.Reserve());
            outbox.Add(lines.Length);
            outbox.Advance(outbox.Unsent.Length);
            outbox.Acknowledge((round * 100) + 50);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Put(LineOutbox outbox, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bytes.CopyTo(outbox.Reserve());
        outbox.Add(bytes.Length);
    }

    private static string First(LineOutbox outbox) => Encoding.UTF8.GetString(outbox.Unsent).Split('\n')[0] + "\n";

    private static string[] Said(LineOutbox outbox) =>
    [
        .. Encoding.UTF8.GetString(outbox.Unsent).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => $"{line.GetProperty("n").GetInt64()} {line.GetProperty("text").GetString()}"),
    ];
}
