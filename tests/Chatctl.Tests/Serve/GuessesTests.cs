using Chatctl.Serve;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Tests.Serve;

/// <summary>How wrong tokens slow down who sends them.</summary>
public sealed class GuessesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Guesses _guesses;

    public GuessesTests() => _guesses = new Guesses(_time);

    [Fact]
    public void After_five_wrong_tokens_in_a_row_each_waits_twice_as_long_up_to_a_minute()
    {
        for (int guess = 0; guess < 5; guess++)
        {
            Assert.Equal(0, Wait("a"));
            _guesses.Failed("a");
        }

        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60, 60])
        {
            Assert.Equal(seconds, Wait("a"));
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.True(_guesses.WaitOf("a") > TimeSpan.Zero);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(0, Wait("a"));
            _guesses.Failed("a");
        }

        Assert.Equal(0, Wait("b"));
    }

    [Fact]
    public void A_right_token_begins_the_count_anew()
    {
        Fail("a", 4);
        _guesses.Succeeded("a");
        Fail("a", 4);
        Assert.Equal(0, Wait("a"));
        Fail("a", 1);
        Assert.Equal(1, Wait("a"));
    }

    [Fact]
    public void Wrong_tokens_are_forgotten_after_ten_minutes_without_one()
    {
        Fail("a", 9);
        _time.Advance(TimeSpan.FromMinutes(9));
        _guesses.Failed("a");
        Assert.Equal(32, Wait("a"));
        _time.Advance(TimeSpan.FromMinutes(10));
        Fail("a", 4);
        Assert.Equal(0, Wait("a"));
    }

    [Fact]
    public void So_many_sources_are_known_and_no_more()
    {
        Fail("first", 5);
        for (int source = 1; source < Guesses.MostKnown; source++)
        {
            Fail($"{source}", 1);
        }

        Assert.Equal(1, Wait("first"));
        Fail("one more", 1);
        Assert.Equal(0, Wait("first"));
    }

    private double Wait(string source) => _guesses.WaitOf(source).TotalSeconds;

    private void Fail(string source, int count)
    {
        for (int guess = 0; guess < count; guess++)
        {
            _guesses.Failed(source);
        }
    }
}
