namespace Chatctl.Core.Tests.Concurrency;

public sealed class CrowdTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_see_the_same_whole_lines_in_one_order_whatever_the_threads_do(bool echo)
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
            Assert.True(at >= 0, "somebody heard what was not said, or in another order");
            Assert.True(at == 0 || passer.Length == 0 || order.Contains('\n' + passer, StringComparison.Ordinal), "somebody came in the middle of a line");
        }
    }

    /// <summary>A writer hears all that was ordered up to its own last line, and its own only with echo.</summary>
    private static void CheckWriter(int writer, string heard, string[] lines, bool echo)
    {
        int last = Array.LastIndexOf(lines, Crowd.LineOf(writer, Crowd.LinesEach - 1));
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
