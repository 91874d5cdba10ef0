using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

/// <summary>A feed without a room: units go in, and its readers get them.</summary>
public sealed class FeedTests : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FakeTimeProvider _time = new();
    private readonly byte[] _scratch = new byte[64 << 10];
    private readonly Feed _feed;
    private int _wakes;

    public FeedTests()
    {
        var log = new RelayLog((int)(Venue.Small.BufferBytes / RoomOptions.Segments), new PlainUnits(Framing.Line), maySkip: false, _time);
        _feed = new Feed(Venue.Small, log, _gate, _time, NullLogger.Instance, () => _wakes++);
    }

    public void Dispose() => _feed.Dispose();

    [Fact]
    public void Readers_get_the_units_of_others_from_when_they_came()
    {
        Reader one = Open(1), two = Open(2);
        Append(1, "from one\n");
        Reader late = Open(3);
        Append(2, "from two\n");
        Assert.Equal("from two\n", Hear(one));
        Assert.Equal("from one\n", Hear(two));
        Assert.Equal("from two\n", Hear(late));
    }

    [Fact]
    public void A_unit_has_been_sent_to_all_when_every_reader_but_the_finished_one_has_got_it()
    {
        Reader finished = Open(1), other = Open(2);
        Append(1, "one\n");
        lock (_gate)
        {
            finished.StopAtEnd();
        }

        Assert.False(IsSentToAll(finished));
        int wakes = _wakes;
        Hear(other);
        Assert.True(_wakes > wakes);
        Assert.True(IsSentToAll(finished));
    }

    [Fact]
    public void A_full_window_opens_when_the_reader_in_its_way_is_removed()
    {
        Reader still = Open(2);
        while (!_feed.IsFull)
        {
            Append(1, Venue.Line);
        }

        int wakes = _wakes;
        lock (_gate)
        {
            _feed.Remove(still);
        }

        _feed.Reclaim();
        Assert.False(_feed.IsFull);
        Assert.Equal(wakes + 1, _wakes);
    }

    [Fact]
    public void A_reader_that_frees_nothing_of_a_full_window_is_evicted()
    {
        var stalled = new Listener();
        Open(2, stalled);
        while (!_feed.IsFull)
        {
            Append(1, Venue.Line);
        }

        _time.Advance(Venue.Small.StallTimeout);
        Assert.Equal(EvictionReason.Stalled, stalled.Reason);
    }

    [Fact]
    public void A_reader_that_pauses_at_the_end_of_a_unit_has_not_caught_up()
    {
        Reader reader = Open(2);
        Append(1, "one\n");
        reader.IsOverlooked = true;
        Assert.False(reader.Gather(_scratch, pauses: true, out _));
        Assert.True(reader.IsOverlooked);
        Hear(reader);
        Assert.False(reader.IsOverlooked);
    }

    private Reader Open(long id, Listener? listener = null)
    {
        lock (_gate)
        {
            return _feed.Open(listener ?? new Listener(), id);
        }
    }

    private void Append(long owner, string unit)
    {
        Feed.WindowChange change;
        lock (_gate)
        {
            _feed.Append(owner, Encoding.ASCII.GetBytes(unit), default, units: 1);
            _feed.Publish();
            change = _feed.Bound();
        }

        _feed.Log(change);
    }

    private bool IsSentToAll(Reader reader)
    {
        lock (_gate)
        {
            var part = new Receipt.Part(_feed);
            part.Begin(reader.Cursor.StopsAt);
            return _feed.IsSentToAll(part, reader);
        }
    }

    private string Hear(Reader reader)
    {
        var heard = new StringBuilder();
        while (reader.Gather(_scratch, pauses: false, out ReadOnlyMemory<byte> bytes))
        {
            heard.Append(Encoding.ASCII.GetString(bytes.Span));
            reader.Advance(bytes.Length);
        }

        return heard.ToString();
    }

    private sealed class Listener : IFeedMember
    {
        public EvictionReason? Reason { get; private set; }

        public bool IsEvicted => Reason is not null;

        public void Evict(EvictionReason reason) => Reason = reason;
    }
}
