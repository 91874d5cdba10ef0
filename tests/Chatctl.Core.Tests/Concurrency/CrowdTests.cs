namespace Chatctl.Core.Tests.Concurrency;

public sealed class CrowdTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_members_get_the_same_whole_lines_in_one_order_with_many_threads(bool echo)
    {
        using var crowd = new Crowd(echo);
        await crowd.Run();

        Assert.DoesNotContain([.. crowd.Listeners, .. crowd.WriterEars], ear => ear.WasReset);
        string order = crowd.Listeners[0].Heard;
        string[] lines = Lines(order);
        Assert.Equal(Crowd.Writers * Crowd.LinesEach, lines.Length);
        Assert.Equal(lines.Length, crowd.Sequence);
        Assert.All(crowd.Listeners, listener => Assert.True(listener.Heard == order, "two listeners heard different things"));
        for (int writer = 0; writer < Crowd.Writers; writer++)
        {
            string[] own = Array.FindAll(lines, line => line.StartsWith($"{writer} ", StringComparison.Ordinal));
            for (int number = 0; number < Crowd.LinesEach; number++)
            {
                Assert.Equal(Crowd.LineOf(writer, number), own[number]);
            }

            CheckWriter(writer, crowd.WriterEars[writer].Heard, lines, echo);
        }

        Assert.NotEmpty(crowd.Passers);
        foreach (string passer in crowd.Passers)
        {
            int at = order.IndexOf(passer, StringComparison.Ordinal);
            Assert.True(at >= 0, "a member heard something that was not said, or in another order");
            Assert.True(at == 0 || passer.Length == 0 || order.Contains('\n' + passer, StringComparison.Ordinal), "a member began in the middle of a line");
        }
    }

    [Theory]
    [InlineData(SlowPolicy.Skip, true)]
    [InlineData(SlowPolicy.Skip, false)]
    [InlineData(SlowPolicy.Disconnect, true)]
    [InlineData(SlowPolicy.Disconnect, false)]
    public async Task A_member_that_keeps_up_gets_everything_and_one_that_lags_is_told_of_each_gap_with_many_threads(SlowPolicy slow, bool echo)
    {
        const int LinesEach = 3_000;
        using var crowd = new Crowd(echo, slow, LinesEach);
        await crowd.Run();

        Assert.DoesNotContain([.. crowd.Listeners, .. crowd.WriterEars], ear => ear.WasReset || ear.Member.IsEvicted);
        string order = crowd.Listeners[0].Heard;
        string[] lines = Lines(order);
        Assert.Equal(lines.Length, crowd.Sequence);
        Assert.All(crowd.Listeners, listener => Assert.True(listener.Heard == order, "two listeners heard different things"));
        for (int writer = 0; writer < Crowd.Writers; writer++)
        {
            Assert.Equal(Enumerable.Range(0, LinesEach).Select(number => Crowd.LineOf(writer, number)), lines.Where(line => IsOf(writer, line)));
            CheckWriter(writer, crowd.WriterEars[writer].Heard, lines, echo, LinesEach);
        }

        long missed = 0;
        foreach ((int name, string heard, bool toTheEnd) in crowd.Laggards)
        {
            Account due = Due(name);
            (int skipped, int next) = due.Check(heard);
            missed += skipped;
            Assert.True(!toTheEnd || heard.Length == 0 || next == due.Count, $"{due.Count - next} lines are missing at the end");
        }

        Account all = new(lines);
        missed += crowd.Passers.Sum(passer => (long)all.Check(passer).Skipped);

        // On a busy machine all members may be equally slow. Then no member misses a line. Tests with their own clock show that members do skip.
        Assert.True(slow == SlowPolicy.Skip || missed == 0);
        Assert.True(slow == SlowPolicy.Disconnect || crowd.Evictions(EvictionReason.TooSlow) == 0);
        Assert.Equal(0, crowd.Evictions(EvictionReason.Stuck) + crowd.Evictions(EvictionReason.Stalled));

        Account Due(int name) => new(lines.Where(line => echo || !IsOf(name, line)));
    }

    private static bool IsOf(int name, string line) => line.StartsWith($"{name} ", StringComparison.Ordinal);

    /// <summary>A writer hears all that was ordered up to its own last line. It hears its own lines only with echo.</summary>
    private static void CheckWriter(int writer, string heard, string[] lines, bool echo, int linesEach = Crowd.LinesEach)
    {
        int last = Array.LastIndexOf(lines, Crowd.LineOf(writer, linesEach - 1));
        IEnumerable<string> due = lines[..(last + 1)];
        if (!echo)
        {
            due = due.Where(line => !line.StartsWith($"{writer} ", StringComparison.Ordinal));
        }

        string expected = string.Concat(due);
        string all = string.Concat(echo ? lines : lines.Where(line => !line.StartsWith($"{writer} ", StringComparison.Ordinal)));
        Assert.True(heard.StartsWith(expected, StringComparison.Ordinal), $"writer {writer} did not hear all that came before its end");
        Assert.True(all.StartsWith(heard, StringComparison.Ordinal), $"writer {writer} heard something else");
        Assert.EndsWith("\n", heard, StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => Array.ConvertAll(text.Split('\n')[..^1], line => line + '\n');
}
