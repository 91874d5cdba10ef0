using Chatctl.Bench;
using Chatctl.Bench.Sessions;

namespace Chatctl.Tests.Bench;

/// <summary>The numbers of lines as three sessions see them. All can send: client 2 is sender 0, client 1 is sender 1.</summary>
public sealed class LineNumbersTests
{
    private static readonly LineFormat Format = new(40, 99);
    private readonly Faults _faults = new();
    private readonly LineNumbers _numbers;

    public LineNumbersTests()
    {
        _numbers = new LineNumbers(3, echo: false, _faults) { Sessions = 3 };
        for (int client = 0; client < 3; client++)
        {
            _numbers.Begin(client, 1);
        }
    }

    [Fact]
    public void A_sender_does_not_get_the_numbers_of_its_own_lines()
    {
        Say(1, sender: 0, 0, 1);
        Say(2, sender: 1, 0, 2);
        Say(3, sender: 0, 0, 1);
        Assert.True(_faults.None);
    }

    [Fact]
    public void Two_sessions_cannot_both_miss_a_number()
    {
        Say(2, sender: 1, 0, 2);
        Assert.Equal(1, _faults.Misnumbered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_session_cannot_miss_the_line_of_another(bool isFirst)
    {
        if (isFirst)
        {
            Say(1, sender: 0, 0);
        }

        Say(2, sender: 1, 2);
        Say(1, sender: 0, 1);
        Assert.Equal(0, _faults.Misnumbered);
        Say(3, sender: 0, 1);
        Say(4, sender: 1, 0);
        _numbers.Receive(2, 4, Format.Origin(LineKind.Load, 1), 4);
        Assert.Equal(isFirst ? 3 : 4, _faults.Misnumbered);
    }

    [Fact]
    public void A_session_cannot_miss_more_numbers_than_it_said_lines()
    {
        Say(4, sender: 1, 2);
        _numbers.Conclude(2, 3);
        Assert.Equal(0, _faults.Misnumbered);
        _numbers.Conclude(2, 1);
        Assert.Equal(2, _faults.Misnumbered);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(long.MaxValue)]
    public void A_number_must_be_larger_than_the_one_before_but_not_by_far(long next)
    {
        Say(2, sender: 1, 2);
        Say(next, sender: 1, 2);
        Assert.Equal((1, 2), (_faults.Misnumbered, _numbers.Position(2)));
    }

    [Fact]
    public void A_line_has_the_same_number_for_all()
    {
        _numbers.Receive(0, 1, Format.Origin(LineKind.Load, 0), 7);
        _numbers.Receive(1, 1, Format.Origin(LineKind.Load, 0), 8);
        Assert.Equal(1, _faults.Misnumbered);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(long.MaxValue, 1)]
    public void An_ack_says_the_number_that_others_see(long seq, int wrong)
    {
        Say(1, sender: 0, 0);
        Say(2, sender: 1, 0);
        _numbers.Acknowledge(seq, Format.Origin(LineKind.Load, 0), 1);
        Assert.Equal(wrong, _faults.Misnumbered);
    }

    [Fact]
    public void Numbers_that_are_gone_need_no_other_reason()
    {
        _numbers.Lose(0, 1, 3);
        _numbers.Lose(1, 1, 3);
        Say(4, sender: 0, 0, 1);
        Assert.Equal(0, _faults.Misnumbered);
        _numbers.Lose(0, 4, 5);
        Assert.Equal(1, _faults.Misnumbered);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    public void A_long_run_is_checked_to_the_end_however_far_a_session_is_behind(int behind)
    {
        // Sender 0 says the odd lines, and client 1 gets them late. Sender 1 says the even ones.
        const int All = 400_000;
        for (int seq = 1; seq <= All + behind; seq++)
        {
            if (seq <= All)
            {
                Say(seq, sender: 1 - (seq % 2), seq % 2 == 0 ? [0, 2] : [0]);
            }

            if (seq > behind && (seq - behind) % 2 == 1)
            {
                Say(seq - behind, sender: 0, 1);
            }
        }

        Assert.Equal(0, _faults.Misnumbered);
        Say(All + 2, sender: 1, 2);
        Assert.Equal(0, _faults.Misnumbered);
        Say(All + 1, sender: 1, 1);
        Assert.Equal(1, _faults.Misnumbered);
    }

    /// <summary>Delivers a line to clients.</summary>
    private void Say(long seq, int sender, params ReadOnlySpan<int> clients)
    {
        foreach (int client in clients)
        {
            _numbers.Receive(client, seq, Format.Origin(LineKind.Load, sender), (ulong)seq);
        }
    }
}
