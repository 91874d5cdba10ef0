using Chatctl.Bench;

namespace Chatctl.Tests.Bench;

/// <summary>The checker, fed with made-up streams. There are three clients, and the last two send: client 2 is sender 0, client 1 is sender 1.</summary>
public sealed class CheckerTests
{
    private const int Size = 40, Receivers = 3, Senders = 2;

    private static readonly LineFormat Format = new(Size, 99);
    private readonly LatencyWindow _latencies = new();
    private readonly List<byte>[] _streams = [[], [], []];
    private bool _echo;
    private bool _oneOrder = true;

    [Fact]
    public void Lines_that_all_get_once_and_in_one_order_are_correct()
    {
        Broadcast("a0 b0 b1 a1 a2 b2");
        Assert.Equal("none", Judge(3, 3).ToString());
    }

    [Fact]
    public void The_same_is_correct_with_echo()
    {
        _echo = true;
        Broadcast("a0 b0 b1 a1");
        Assert.Equal("none", Judge(2, 2).ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(Size - 1)]
    [InlineData(Size + 1)]
    public void The_size_of_the_chunks_does_not_matter(int chunk)
    {
        Broadcast("a0 b0 b1 a1 a2 b2");
        Assert.Equal("none", Judge(3, 3, chunk).ToString());
    }

    [Fact]
    public void A_missing_line_in_the_middle_is_lost()
    {
        Broadcast("a0 b0 a1 a2");
        Drop(0, 2);
        Assert.Equal("1 lost", Judge(3, 1).ToString());
    }

    [Fact]
    public void A_missing_last_line_is_lost_with_and_without_the_end_line()
    {
        Broadcast("a0 b0 a1");
        Drop(0, 2);
        Assert.Equal("1 lost", Judge(2, 1).ToString());
        Assert.Equal("1 lost", Judge(2, 1, ends: false).ToString());
    }

    [Fact]
    public void A_line_that_arrives_twice_is_a_duplicate()
    {
        Broadcast("a0 a1 b0");
        Say(1, "a1");
        Assert.Equal("1 duplicated", Judge(2, 1).ToString());
    }

    [Fact]
    public void A_late_line_that_arrives_a_second_time_is_a_duplicate()
    {
        Say(0, "a1 a0 a0");
        Say(1, "a0 a1");
        Assert.Equal("1 duplicated, 1 reordered", Judge(2, 0).ToString());
    }

    [Fact]
    public void Two_lines_of_one_sender_in_the_wrong_order_count_as_one_reordered()
    {
        Say(0, "a0 a2 a1 a3");
        Say(1, "a0 a1 a2 a3");
        Assert.Equal("1 reordered", Judge(4, 0).ToString());
    }

    [Fact]
    public void A_line_that_arrives_after_the_end_line_of_its_sender_is_reordered()
    {
        Broadcast("a0 a1");
        Drop(0, 1);
        Assert.Equal("1 reordered", Judge(2, 0, afterEnds: "a1").ToString());
    }

    [Theory]
    [InlineData("a0 b0 a1 b1", "a0 a1", "b0 b1", true)]
    [InlineData("a0 b0 a1 b1", "a1 a0", "b0 b1", false)]
    public void Lines_of_one_sender_are_in_order_only_as_that_sender_sent_them(string first, string second, string third, bool right)
    {
        Say(0, first);
        Say(1, second);
        Say(2, third);
        Assert.Equal(right, Judge(2, 2).None);
    }

    [Fact]
    public void A_receiver_that_sees_another_order_than_the_first_client_is_reported()
    {
        _echo = true;
        Say(0, "a0 b0 a1 b1");
        Say(1, "a0 b0 b1 a1");
        Say(2, "a0 b0 a1 b1");
        Assert.Equal("1 receivers saw another order", Judge(2, 2).ToString());
        _oneOrder = false;
        Assert.Equal("none", Judge(2, 2).ToString());
    }

    [Fact]
    public void A_line_with_a_byte_of_another_line_is_torn()
    {
        Broadcast("a0 a1 b0");
        (_streams[0][30], _streams[0][30 + Size]) = (_streams[0][30 + Size], _streams[0][30]);
        Faults faults = Judge(2, 1);
        Assert.Equal((2, 2), (faults.Torn, faults.Lost));
    }

    [Fact]
    public void The_line_after_a_shortened_line_is_whole_again()
    {
        Broadcast("a0 a1 a2 b0");
        _streams[0].RemoveRange(Size + 3, 5);
        Assert.Equal("1 lost, 1 torn", Judge(3, 1).ToString());
    }

    [Fact]
    public void A_line_that_bench_did_not_send_is_torn()
    {
        Broadcast("a0 b0");
        _streams[0].InsertRange(Size, "somebody else\n"u8);
        Assert.Equal("1 torn", Judge(1, 1).ToString());
    }

    [Fact]
    public void A_line_of_another_run_is_torn()
    {
        Broadcast("a0 b0");
        byte[] line = new byte[Size];
        var other = new LineFormat(Size, 100);
        other.Write(line, other.Origin(LineKind.Load, 0), 0, 0);
        _streams[0].InsertRange(Size, line);
        Assert.Equal("1 torn", Judge(1, 1).ToString());
    }

    [Fact]
    public void A_senders_own_line_is_reported_unless_there_is_an_echo()
    {
        Broadcast("a0 b0");
        Say(2, "a0");
        Assert.Equal("1 echoed", Judge(1, 1).ToString());
    }

    [Fact]
    public void A_missing_line_of_the_echo_is_lost()
    {
        _echo = true;
        Broadcast("a0 b0");
        Drop(2, 0);
        Assert.Equal("1 lost", Judge(1, 1).ToString());
    }

    [Fact]
    public void Different_orders_of_three_senders_have_different_sums_even_without_own_lines()
    {
        string[] lines = ["0", "0", "1", "1", "2", "2"];
        var random = new Random(1);
        for (int round = 0; round < 500; round++)
        {
            string[] truth = [.. lines.OrderBy(_ => random.Next())];
            string[] heard = [.. lines.OrderBy(_ => random.Next())];
            int own = random.Next(3);
            string[] withoutOwn = [.. truth.Where(line => line[0] - '0' != own)], heardWithoutOwn = [.. heard.Where(line => line[0] - '0' != own)];
            var witness = new OrderWitness(3);
            int[] numbers = new int[3];
            foreach (string line in truth)
            {
                int sender = line[0] - '0';
                witness.Add(sender, Hash(sender, numbers[sender]++));
            }

            Assert.Equal(withoutOwn.SequenceEqual(heardWithoutOwn), Sum(heardWithoutOwn) == witness.ExpectedWithout(own));
            Assert.Equal(truth.SequenceEqual(heard), Sum(heard) == witness.Expected);
        }
    }

    [Fact]
    public void A_probe_counts_only_for_joining()
    {
        byte[] line = new byte[Size];
        Format.Write(line, Format.Origin(LineKind.Probe, 0), 0, 0);
        Checker checker = Create();
        checker.Take(0, line, 0);
        checker.Take(0, line, 0);
        Assert.Equal((1, false), (checker.Probed, checker.ProbeCameBack));
        checker.Take(2, line, 0);
        Assert.Equal((2, true), (checker.Probed, checker.ProbeCameBack));
        Assert.Equal(0, checker.Deliveries);
        Assert.True(checker.Conclude([0, 0]).None);
    }

    [Fact]
    public void Latency_counts_from_when_a_line_was_due_and_only_inside_the_window()
    {
        var window = new LatencyWindow { From = 1000, To = 5_000_000 };
        window.Record(LineFormat.Encode(999), 9_000_000);
        window.Record(LineFormat.Encode(1000), 2_001_000);
        window.Record(LineFormat.Encode(1000), 2_001_000);
        window.Record(LineFormat.Encode(4_999_999), 14_999_999);
        window.Record(LineFormat.Encode(5_000_000), 9_000_000);
        Assert.Equal(3, window.Count);
        Assert.InRange(window.At(50).TotalMilliseconds, 1.99, 2.01);
        Assert.InRange(window.At(100).TotalMilliseconds, 9.9, 10.1);
    }

    private static ulong Hash(int sender, int number)
    {
        ulong hash = (((ulong)sender << 32) + (ulong)number + 1) * 0x9E3779B97F4A7C15;
        return (hash ^ (hash >> 29)) * 0xD6E8FEB86659FD93;
    }

    private static ulong Sum(string[] lines)
    {
        ulong place = 0, sum = 0;
        int[] numbers = new int[3];
        foreach (string line in lines)
        {
            int sender = line[0] - '0';
            sum += Hash(sender, numbers[sender]++) * ++place;
        }

        return sum;
    }

    private Checker Create() => new(Format, Receivers, Senders, _echo, _oneOrder, _latencies);

    /// <summary>Delivers lines to all clients. <c>a0</c> is the first line of sender 0. A sender gets its own lines only with echo.</summary>
    private void Broadcast(string lines)
    {
        foreach (string line in lines.Split(' '))
        {
            for (int receiver = 0; receiver < Receivers; receiver++)
            {
                if (_echo || line[0] - 'a' != Receivers - 1 - receiver)
                {
                    Say(receiver, line);
                }
            }
        }
    }

    private void Say(int receiver, string lines)
    {
        foreach (string line in lines.Split(' '))
        {
            Write(_streams[receiver], LineKind.Load, line[0] - 'a', line[1] - '0');
        }
    }

    private void Drop(int receiver, int line) => _streams[receiver].RemoveRange(line * Size, Size);

    /// <summary>Delivers the end lines to all clients, and returns the faults.</summary>
    private Faults Judge(int linesOfA, int linesOfB, int chunk = int.MaxValue, bool ends = true, string afterEnds = "")
    {
        Checker checker = Create();
        for (int receiver = 0; receiver < Receivers; receiver++)
        {
            var stream = new List<byte>(_streams[receiver]);
            for (int sender = 0; ends && sender < Senders; sender++)
            {
                if (_echo || sender != Receivers - 1 - receiver)
                {
                    Write(stream, LineKind.End, sender, sender == 0 ? linesOfA : linesOfB);
                }
            }

            if (receiver == 0 && afterEnds.Length > 0)
            {
                Write(stream, LineKind.Load, afterEnds[0] - 'a', afterEnds[1] - '0');
            }

            byte[] bytes = [.. stream];
            for (int from = 0, to = 0; to < bytes.Length;)
            {
                to = (int)Math.Min((long)to + chunk, bytes.Length);
                from += checker.Take(receiver, bytes.AsSpan(from, to - from), 0);
            }
        }

        Assert.Equal(ends ? checker.ExpectedEnds : 0, checker.Ends);
        return checker.Conclude([linesOfA, linesOfB]);
    }

    private static void Write(List<byte> stream, LineKind kind, int sender, long number)
    {
        byte[] line = new byte[Size];
        Format.Write(line, Format.Origin(kind, sender), number, 0);
        stream.AddRange(line);
    }
}
