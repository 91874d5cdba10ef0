using System.Diagnostics.Metrics;

namespace Chatctl.Core.Tests;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_figures_are_exact_after_a_conversation(bool echo)
    {
        using var venue = new Venue(Venue.Small with { Echo = echo });
        Guest one = venue.Join(), two = venue.Join();
        one.Say("one\n");
        Guest late = venue.Join();
        one.Say("a\nb\n");
        two.Say("half");
        Assert.Equal(echo ? "one\na\nb\n" : "", one.Hear());
        Assert.Equal("one\na\nb\n", two.Hear());
        late.Sip();

        // Three lines for the other member that was there from the start, two for the late one, and three for the sender with echo.
        RoomFigures figures = venue.Room.Figures();
        Assert.Equal((3, 3L, 3L), (figures.Members, figures.Joins, figures.Lines));
        Assert.Equal(5 + (echo ? 3 : 0), figures.Deliveries);
        Assert.Equal(12, figures.Received);
        Assert.Equal(8 + 1 + (echo ? 8 : 0), figures.Sent);
        Assert.Equal((3L, 8L, 1024L), (figures.Lag, figures.WindowUsage, figures.WindowLimit));
        Assert.Equal(16, figures.Unfinished);

        // The tail gets its end, and the late member leaves without the rest. The sums keep what was done before.
        two.Member.EndOfInput();
        one.Say("c\n");
        late.Member.Leave();
        Assert.Equal(echo ? "half\nc\n" : "half\n", one.Hear());
        Assert.Equal(echo ? "half\n" : "", two.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
        two.Member.Leave();
        figures = venue.Room.Figures();
        Assert.Equal((1, 3L, 5L), (figures.Members, figures.Joins, figures.Lines));

        // "half" for the two others, "c" for the late one, and both for their senders with echo.
        Assert.Equal(5 + 3 + (echo ? 3 + 2 : 0), figures.Deliveries);
        Assert.Equal(14, figures.Received);
        Assert.Equal(9 + 5 + (echo ? 8 + 5 + 2 : 0), figures.Sent);
        Assert.Equal(0, figures.Unfinished);
        Assert.All(figures.Evictions.Values, count => Assert.Equal(0, count));
    }

    [Fact]
    public void Evictions_are_counted_by_reason_and_an_evicted_member_gets_no_more_deliveries()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), still = venue.Join();
        int lines = Venue.Fill(speaker);
        Assert.Equal(lines * Venue.Line.Length, venue.Room.Figures().Lag);
        Assert.Equal(lines * Venue.Line.Length, venue.Room.Figures().WindowUsage);
        venue.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(still.Member.IsEvicted);
        Assert.Equal(0, venue.Room.Figures().Lag);
        still.Member.Leave();
        speaker.Say("x\n");
        venue.Join();
        speaker.Say(Venue.Line + Venue.Line.TrimEnd() + Venue.Line);
        venue.Room.Drain();
        venue.Join();
        RoomFigures figures = venue.Room.Figures();
        Assert.Equal(lines + 1, figures.Deliveries);
        Assert.Equal(
            [EvictionReason.LineTooLong, EvictionReason.Stalled, EvictionReason.Draining],
            figures.Evictions.Where(it => it.Value == 1).Select(it => it.Key).Order());
        Assert.Equal(3, figures.Evictions.Values.Sum());
    }

    [Fact]
    public void A_meter_listener_reads_the_figures()
    {
        using var venue = new Venue();
        using var meter = new RoomMeter(venue.Room);
        var read = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == RoomMeter.Name && IsOf(instrument.Meter, meter))
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.IsEmpty || value > 0)
            {
                read[instrument.Name + (tags.IsEmpty ? "" : $" {tags[0].Value}")] = value;
            }
        });
        listener.Start();

        Guest speaker = venue.Join(), hearer = venue.Join(), still = venue.Join();
        speaker.Say("a\nb\nc");
        hearer.Hear();
        speaker.Hear();
        still.Say("this is more than sixteen\n");
        listener.RecordObservableInstruments();
        Assert.Equal(
            "chatctl.deliveries 4, chatctl.evictions line_too_long 1, chatctl.joins 3, chatctl.lag 0, "
            + "chatctl.lines 2, chatctl.members 3, chatctl.received 31, chatctl.sent 4, chatctl.sessions 0, chatctl.skipped 0, chatctl.unfinished 16, chatctl.window.limit 1024, chatctl.window.usage 4",
            string.Join(", ", read.Select(it => $"{it.Key} {it.Value}")));
    }

    [Fact]
    public async Task The_figures_can_be_read_while_members_talk_and_never_go_backwards()
    {
        using var venue = new Venue(new RoomOptions { MaxLineBytes = 64, BufferBytes = 1024 * RoomOptions.Segments });
        Guest speaker = venue.Join(), hearer = venue.Join();
        using var done = new CancellationTokenSource();
        var talking = Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                speaker.Say("some line\n");
                speaker.Hear();
                hearer.Hear();
            }

            done.Cancel();
        });
        RoomFigures before = venue.Room.Figures();
        while (!done.IsCancellationRequested && !talking.IsCompleted)
        {
            RoomFigures now = venue.Room.Figures();
            Assert.True(now.Sent >= before.Sent && now.Deliveries >= before.Deliveries && now.Received >= before.Received);
            Assert.InRange(now.Lag, 0, now.WindowLimit);
            before = now;
        }

        await talking.WaitAsync(TimeSpan.FromMinutes(2));
        RoomFigures end = venue.Room.Figures();
        Assert.Equal((20_000L, 20_000L, 200_000L, 200_000L, 0L), (end.Lines, end.Deliveries, end.Received, end.Sent, end.Lag));
    }

    // The rooms of other tests have meters of the same name.
    private static bool IsOf(Meter meter, RoomMeter owner) => ReferenceEquals(meter, owner.Meter);
}
