using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Chatctl.Bench;
using Chatctl.Bench.Sessions;

namespace Chatctl.Tests.Bench;

public sealed class OutboxTests
{
    private static readonly LineFormat Format = new(41, 99);
    private readonly Outbox _outbox = new(Format.Size);

    [Fact]
    public void Each_line_is_an_object_with_the_next_number_and_the_text()
    {
        // The field of this number is full of backslashes.
        byte[] line = Add(0b101100_101100_101100_101100);
        Add(1);
        string[] objects = Encoding.ASCII.GetString(_outbox.Unsent).Split('\n');
        Assert.Equal(3, objects.Length);
        using var first = JsonDocument.Parse(objects[0]);
        Assert.Equal(1, first.RootElement.GetProperty("n").GetInt64());
        Assert.Equal(Encoding.ASCII.GetString(line[..^1]), first.RootElement.GetProperty("text").GetString());
        Assert.StartsWith("""{"n":2,"text":""", objects[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_ack_is_sent_again_over_the_next_connection()
    {
        byte[] first = Add(0);
        Add(1);
        Add(2);
        string all = Encoding.ASCII.GetString(_outbox.Unsent);
        _outbox.Advance(_outbox.Unsent.Length);
        Assert.True(_outbox.TryRemove(1, out ulong origin, out ulong number));
        Assert.Equal((MemoryMarshal.Read<ulong>(first), MemoryMarshal.Read<ulong>(first.AsSpan(8))), (origin, number));
        _outbox.Rewind();
        Assert.Equal(all[(all.IndexOf('\n', StringComparison.Ordinal) + 1)..], Encoding.ASCII.GetString(_outbox.Unsent));
        Assert.Equal(2, _outbox.Unacknowledged);
    }

    [Fact]
    public void An_ack_stands_for_all_lines_before_it()
    {
        Add(0);
        Add(1);
        _outbox.Advance(_outbox.Unsent.Length);
        Assert.True(_outbox.TryRemove(2, out _, out _));
        Assert.Equal(0, _outbox.Unacknowledged);
        Assert.True(_outbox.TryRemove(1, out ulong origin, out _));
        Assert.Equal(0ul, origin);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_ack_for_a_line_that_was_not_sent_whole_is_wrong(long n)
    {
        Add(0);
        Add(1);
        _outbox.Advance(_outbox.Unsent.Length - 1);
        Assert.False(_outbox.TryRemove(n, out _, out _));
    }

    [Fact]
    public void A_line_that_was_acknowledged_before_it_was_sent_again_is_not_sent_again()
    {
        Add(0);
        Add(1);
        _outbox.Advance(_outbox.Unsent.Length);
        _outbox.Rewind();
        Assert.True(_outbox.TryRemove(2, out _, out _));
        Assert.True(_outbox.Unsent.IsEmpty);
    }

    [Fact]
    public void Lines_keep_their_bytes_while_others_come_and_go()
    {
        var sent = new List<byte>();
        for (int i = 0; i < 10_000; i++)
        {
            Add(i);
            int part = _outbox.Unsent.Length * 2 / 3;
            sent.AddRange(_outbox.Unsent[..part]);
            _outbox.Advance(part);
            _ = _outbox.TryRemove(Math.Max(1, i - 50), out _, out _);
        }

        sent.AddRange(_outbox.Unsent);
        string[] objects = Encoding.ASCII.GetString([.. sent]).TrimEnd('\n').Split('\n');
        Assert.Equal(10_000, objects.Length);
        Assert.All(objects.Index(), line => Assert.StartsWith($$"""{"n":{{line.Index + 1}},"text":""", line.Item, StringComparison.Ordinal));
    }

    private byte[] Add(long number)
    {
        byte[] line = new byte[Format.Size];
        Format.Write(line, Format.Origin(LineKind.Load, 0), number, 0);
        _outbox.Add(line);
        return line;
    }
}
