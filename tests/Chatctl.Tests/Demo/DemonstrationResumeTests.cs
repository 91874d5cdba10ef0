using System.Text.RegularExpressions;
using Chatctl.Cli;
using Chatctl.Demo;
using Chatctl.Verbs;

namespace Chatctl.Tests.Demo;

/// <summary>A member of the demonstration loses its connection and comes back. The room does that right, or it does not.</summary>
public sealed partial class DemonstrationResumeTests
{
    // The connections of bob. Those of ann, nc and the listener are 0, 1 and 3.
    private const int Bob = 2, BobAgain = 4;

    // Only what is missing on purpose is waited for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const string Stranger = "ffffffffffffffffffffffffffffffff";

    [Fact]
    public async Task A_room_that_changes_nothing_is_good()
    {
        await using AlteringRoom room = await AlteringRoom.OpenAsync();
        (int code, IReadOnlyList<string> faults) = Run(room, Watchdog.Patience);
        Assert.Empty(faults);
        Assert.Equal(ExitCode.Done, code);
    }

    [Fact]
    public async Task A_line_whose_ack_is_lost_with_the_connection_is_sent_again_and_said_once()
    {
        await using AlteringRoom room = await AlteringRoom.OpenAsync(told: WithoutAcksBeforeLoss);
        (int code, IReadOnlyList<string> faults) = Run(room, Watchdog.Patience);
        Assert.Empty(faults);
        Assert.Equal(ExitCode.Done, code);
    }

    [Fact]
    public async Task A_room_that_forgets_the_session_is_found()
    {
        // The room sees another client id after the loss.
        string own = "";
        await using AlteringRoom room = await AlteringRoom.OpenAsync(
            (connection, line) =>
            {
                if (connection >= BobAgain && line.StartsWith("CHATCTL/1 ", StringComparison.Ordinal))
                {
                    own = ClientId().Match(line).Value;
                    return [line.Replace(own, Stranger, StringComparison.Ordinal)];
                }

                return [line];
            },
            (connection, line) => connection < BobAgain ? WithoutAcksBeforeLoss(connection, line)
                : [line.StartsWith("CHATCTL/1 ", StringComparison.Ordinal) ? line.Replace(Stranger, own, StringComparison.Ordinal) : line]);
        (int code, IReadOnlyList<string> faults) = Run(room, Patience);
        Assert.Contains("ann received \"bob: line 1\" 2 times.", faults);
        Assert.Contains(faults, fault => fault.StartsWith("bob: ", StringComparison.Ordinal) && fault.Contains("1 line may arrive twice", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Network, code);
    }

    [Theory]
    [InlineData("ann: line 2")]
    [InlineData("nc: line 3")]
    public async Task A_line_that_was_said_during_the_loss_and_does_not_come_is_found(string lost)
    {
        await using AlteringRoom room = await AlteringRoom.OpenAsync(
            told: (connection, line) => connection >= BobAgain && line.Contains($"\"{lost}\"", StringComparison.Ordinal) ? [] : [line]);
        (int code, IReadOnlyList<string> faults) = Run(room, Patience);
        Assert.Equal([$"bob did not receive \"{lost}\"."], faults);
        Assert.Equal(ExitCode.Network, code);
    }

    [Fact]
    public async Task A_line_that_the_room_takes_after_the_loss_and_does_not_relay_is_found()
    {
        await using AlteringRoom room = await AlteringRoom.OpenAsync(
            (connection, line) => [connection >= BobAgain ? line.Replace("\"text\":\"bob: line 3\"", "\"text\":\"\"", StringComparison.Ordinal) : line]);
        (int code, IReadOnlyList<string> faults) = Run(room, Patience);
        Assert.Contains("listener did not receive \"bob: line 3\".", faults);
        Assert.Equal(ExitCode.Network, code);
    }

    [Fact]
    public async Task A_room_that_refuses_the_session_when_it_comes_back_is_found()
    {
        await using AlteringRoom room = await AlteringRoom.OpenAsync(
            told: (connection, line) => [connection >= BobAgain ? """CHATCTL/1 {"error":"client","message":"there are no sessions any more"}""" : line]);
        (int code, IReadOnlyList<string> faults) = Run(room, Patience);
        Assert.Contains(faults, fault => fault.StartsWith("bob: ", StringComparison.Ordinal) && fault.Contains("there are no sessions any more", StringComparison.Ordinal));
        Assert.Contains("bob did not receive \"ann: line 2\".", faults);
        Assert.Equal(ExitCode.Network, code);
    }

    private static string[] WithoutAcksBeforeLoss(int connection, string line) =>
        connection == Bob && line.StartsWith("{\"ack\"", StringComparison.Ordinal) ? [] : [line];

    /// <summary>Runs the demonstration, and tells of it as the verb does.</summary>
    /// <returns>The exit code of the verb, and what went wrong.</returns>
    private static (int Code, IReadOnlyList<string> Faults) Run(AlteringRoom room, TimeSpan patience)
    {
        using var report = new StringWriter { NewLine = "\n" };
        int code = DemoVerb.Tell(report, room.Address, "select", new Demonstration(room, patience).Run());
        Match bad = BadVerdict().Match(report.ToString());
        Assert.Equal(code == ExitCode.Done, !bad.Success);
        return (code, [.. bad.Groups[1].Captures.Select(fault => fault.Value)]);
    }

    [GeneratedRegex("^Verdict: bad\\.\n(?:  (.*)\n)+", RegexOptions.Multiline)]
    private static partial Regex BadVerdict();

    [GeneratedRegex("(?<=\"client\":\")[^\"]+")]
    private static partial Regex ClientId();
}
