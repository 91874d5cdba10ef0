using System.Globalization;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Tests.Sessions;

public sealed class NameBookTests
{
    private readonly NameBook _book = new();

    [Fact]
    public void A_name_that_is_in_use_gets_the_first_free_number()
    {
        Assert.Equal("ann", _book.Take("ann"));
        Assert.Equal("Ann-2", _book.Take("Ann"));
        Assert.Equal("ANN-3", _book.Take("ANN"));
        Assert.Equal("ann-2-2", _book.Take("ann-2"));
        Assert.Equal("ann-5", _book.Take("ann-5"));
        Assert.Equal("ann-4", _book.Take("ann"));
        Assert.Equal("ann-6", _book.Take("ann"));
        Assert.Equal("bob", _book.Take("bob"));
        Assert.True(_book.Contains("ANN-2"));
        Assert.False(_book.Contains("ann-7"));
    }

    [Fact]
    public void A_name_that_is_given_back_can_be_taken_again()
    {
        foreach (string _ in new string[6])
        {
            _book.Take("ann");
        }

        _book.Release("ANN-4");
        _book.Release("ann-2");
        _book.Release("nobody");
        Assert.Equal("ann-2", _book.Take("ann-2"));
        Assert.Equal("ann-4", _book.Take("ann"));
        Assert.Equal("ann-7", _book.Take("ann"));
        _book.Release("ann-2");
        _book.Release("ann");
        Assert.Equal("ann", _book.Take("ann"));
        Assert.Equal("ann-2", _book.Take("ann"));
    }

    [Fact]
    public void It_agrees_with_a_search_from_two_on()
    {
        var random = new Random(7);
        var taken = new List<string>();
        string[] wanted = ["ann", "ANN", "ann-2", "ann-3", "ann-2-2", "bob"];
        for (int step = 0; step < 20_000; step++)
        {
            if (taken.Count > 0 && random.Next(taken.Count + 10) > 20)
            {
                int index = random.Next(taken.Count);
                _book.Release(taken[index]);
                taken.RemoveAt(index);
                continue;
            }

            string want = wanted[random.Next(wanted.Length)], expected = want;
            for (int number = 2; taken.Contains(expected, StringComparer.OrdinalIgnoreCase); number++)
            {
                expected = string.Create(CultureInfo.InvariantCulture, $"{want}-{number}");
            }

            Assert.Equal(expected, _book.Take(want));
            taken.Add(expected);
        }
    }

    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwx-2")]
    [InlineData("👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀",
        "👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀-2")]
    public void A_long_name_is_cut_between_characters_to_make_room_for_a_number(string wanted, string expected)
    {
        Assert.Equal(wanted, _book.Take(wanted));
        Assert.Equal(expected, _book.Take(wanted));
        Assert.True(SessionName.TryParse(expected, out _));
    }

    /// <summary>A search from 2 on would look at 5,000,000,000 names here, and at as many again for those that come back. That is longer than any test may take.</summary>
    [Fact]
    public void A_hundred_thousand_may_want_the_same_name()
    {
        const int Many = 100_000;
        for (int i = 1; i <= Many; i++)
        {
            Assert.Equal(i == 1 ? "guest" : $"guest-{i}", _book.Take("guest"));
        }

        for (int i = 2; i <= Many; i += 2)
        {
            _book.Release($"guest-{i}");
        }

        for (int i = 2; i <= Many; i += 2)
        {
            Assert.Equal($"guest-{i}", _book.Take("guest"));
            _book.Release("guest");
            Assert.Equal("guest", _book.Take("guest"));
        }
    }
}
