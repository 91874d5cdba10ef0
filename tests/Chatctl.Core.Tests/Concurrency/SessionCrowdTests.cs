namespace Chatctl.Core.Tests.Concurrency;

public sealed class SessionCrowdTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sessions_that_come_and_go_lose_nothing_and_double_nothing_with_many_threads(bool echo)
    {
        using var crowd = new SessionCrowd(echo);
        await crowd.Run();

        string order = crowd.Listeners[0].Heard;
        string[] lines = Array.ConvertAll(order.Split('\n')[..^1], line => line + '\n');
        Assert.Equal((SessionCrowd.Writers * SessionCrowd.LinesOfWriter) + (SessionCrowd.Travellers * SessionCrowd.LinesOfTraveller), lines.Length);
        Assert.Equal(lines.Length, crowd.Sequence);
        Assert.DoesNotContain([.. crowd.Listeners, .. crowd.WriterEars], ear => ear.WasReset);
        Assert.True(crowd.Listeners[1].Heard == order, "two plain listeners heard different things");
        for (int writer = 0; writer < SessionCrowd.Writers; writer++)
        {
            Assert.Equal(Enumerable.Range(1, SessionCrowd.LinesOfWriter).Select(number => SessionCrowd.LineOf(writer, number)), lines.Where(line => IsOf(writer, line)));
            (_, int heard) = new Account(lines.Where(line => echo || !IsOf(writer, line))).Check(crowd.WriterEars[writer].Heard);
            int last = Array.LastIndexOf(lines, SessionCrowd.LineOf(writer, SessionCrowd.LinesOfWriter));
            Assert.True(heard >= last + 1 - (echo ? 0 : SessionCrowd.LinesOfWriter), $"writer {writer} did not hear all that came before its end");
        }

        Assert.Equal(Numbered(lines), crowd.SessionListeners[0].Heard);

        // The first was there when the second joined, and was told that. After that both are told the same lines and events.
        string told = crowd.SessionListeners[0].Told;
        Assert.StartsWith("{\"event\":\"join\"", told);
        Assert.True(told[(told.IndexOf('\n', StringComparison.Ordinal) + 1)..] == crowd.SessionListeners[1].Told, "two sessions were told different things");
        Assert.All(crowd.Sessions, traveller => CheckTraveller(traveller, lines, echo));
        Assert.True(crowd.Evictions(EvictionReason.Replaced) > 0, "no connection was replaced");
    }

    private static void CheckTraveller(Traveller traveller, string[] lines, bool echo)
    {
        Assert.Equal(
            Enumerable.Range(1, SessionCrowd.LinesOfTraveller).Select(number => SessionCrowd.LineOf(traveller.Name, number)),
            lines.Where(line => IsOf(traveller.Name, line)));
        for (int n = 1; n <= SessionCrowd.LinesOfTraveller; n++)
        {
            Assert.True(traveller.Acks[n] == 0 || lines[traveller.Acks[n] - 1] == SessionCrowd.LineOf(traveller.Name, n), $"the ack of line {n} has the number of another line");
        }

        Assert.Equal(SessionCrowd.LinesOfTraveller + 1, traveller.Acks.Count);
        long last = traveller.Acks[^1];
        IEnumerable<(long Seq, string Text)> due = Numbered(lines).Where(line => line.Seq > traveller.Begin && (echo || !IsOf(traveller.Name, line.Text)));
        long end = Math.Max(last, traveller.Position);
        Assert.Equal(due.Where(line => line.Seq <= end), traveller.Heard);
        Assert.True(traveller.Connections > 20, $"there were only {traveller.Connections} connections");
    }

    private static IEnumerable<(long Seq, string Text)> Numbered(string[] lines) => lines.Select((line, index) => (index + 1L, line));

    private static bool IsOf(int name, string line) => line.StartsWith($"{name} ", StringComparison.Ordinal);
}
