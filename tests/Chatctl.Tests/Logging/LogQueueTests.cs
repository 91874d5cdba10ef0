using System.Text;
using Chatctl.Logging;

namespace Chatctl.Tests.Logging;

public sealed class LogQueueTests
{
    [Fact]
    public async Task Lines_are_written_in_their_order_and_the_lines_left_at_the_end_too()
    {
        var output = new Output();
        using (var queue = new LogQueue(output.Write, Lost))
        {
            for (int i = 0; i < 10_000; i++)
            {
                queue.Add(Line($"{i}"));
            }
        }

        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i}"), await output.LinesAsync(10_000));
        Assert.All(output.Pieces, piece => Assert.True(piece <= 4096));
    }

    [Fact]
    public async Task Without_a_reader_lines_are_dropped_and_one_line_stands_in_their_place()
    {
        var output = new Output { IsOpen = false };
        using var queue = new LogQueue(output.Write, Lost, capacity: 100);
        queue.Add(Line("first"));
        await output.BlockedAsync();
        for (int i = 0; i < 1000; i++)
        {
            queue.Add(Line($"l{i:000}"));
        }

        output.IsOpen = true;
        string[] lines = await output.LinesAsync(22);
        Assert.Equal(["first", .. Enumerable.Range(0, 20).Select(i => $"l{i:000}"), "lost 980"], lines);
        queue.Add(Line("on"));
        Assert.Equal("on", (await output.LinesAsync(23))[^1]);
    }

    [Fact]
    public async Task Lines_that_could_not_be_written_are_counted_before_the_next_line_that_is_written()
    {
        var output = new Output { Fails = true };
        using var queue = new LogQueue(output.Write, Lost);
        for (int i = 0; i < 3; i++)
        {
            queue.Add(Line($"{i}"));
            await output.FailedAsync(i + 1);
        }

        output.Fails = false;
        queue.Add(Line("on"));
        Assert.Equal(["lost 3", "on"], await output.LinesAsync(2));
    }

    [Fact]
    public async Task A_long_line_that_cannot_be_written_does_not_stand_in_the_way_of_others()
    {
        var output = new Output { Fails = true };
        using var queue = new LogQueue(output.Write, Lost);
        queue.Add(Line("0"));
        await output.FailedAsync(1);
        queue.Add(Line(new string('x', 5000)));
        await output.FailedAsync(2);
        queue.Add(Line("2"));
        await output.FailedAsync(3);
        output.Fails = false;
        queue.Add(Line("on"));
        Assert.Equal(["lost 3", "on"], await output.LinesAsync(2));
    }

    [Fact]
    public async Task A_line_that_is_longer_than_a_piece_is_written_alone()
    {
        var output = new Output();
        string longest = new('x', 10_000);
        using (var queue = new LogQueue(output.Write, Lost))
        {
            queue.Add(Line("a"));
            queue.Add(Line(longest));
            queue.Add(Line("b"));
        }

        Assert.Equal(["a", longest, "b"], await output.LinesAsync(3));
    }

    [Fact]
    public async Task The_end_does_not_wait_without_limit_for_a_reader()
    {
        var output = new Output { IsOpen = false };
        var queue = new LogQueue(output.Write, Lost);
        queue.Add(Line("x"));
        await Task.Run(queue.Dispose).Guard();
        output.IsOpen = true;
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes($"{text}\n");

    private static byte[] Lost(long count) => Line($"lost {count}");

    /// <summary>A standard error that the test controls: it takes lines, or blocks, or fails.</summary>
    private sealed class Output
    {
        private readonly object _gate = new();
        private readonly StringBuilder _text = new();
        private bool _isOpen = true;
        private bool _fails;
        private bool _blocks;
        private int _failures;

        public List<int> Pieces { get; } = [];

        public bool IsOpen
        {
            set => Change(() => _isOpen = value);
        }

        public bool Fails
        {
            set => Change(() => _fails = value);
        }

        public void Write(ReadOnlySpan<byte> lines)
        {
            string text = Encoding.UTF8.GetString(lines);
            int length = lines.Length;
            lock (_gate)
            {
                while (!_isOpen)
                {
                    Change(() => _blocks = true);
                    Monitor.Wait(_gate);
                }

                if (_fails)
                {
                    Change(() => _failures++);
                    throw new IOException("full");
                }

                Change(() => _text.Append(text));
                Pieces.Add(length);
            }
        }

        public Task BlockedAsync() => UntilAsync(() => _blocks);

        public Task FailedAsync(int times) => UntilAsync(() => _failures >= times);

        public async Task<string[]> LinesAsync(int count)
        {
            string[] lines = [];
            await UntilAsync(() => (lines = _text.ToString().Split('\n')[..^1]).Length >= count);
            return lines;
        }

        private Task UntilAsync(Func<bool> holds) => Task.Run(() =>
        {
            lock (_gate)
            {
                while (!holds())
                {
                    Assert.True(Monitor.Wait(_gate, Watchdog.Patience), $"it does not come; written: {_text}");
                }
            }
        });

        private void Change(Action change)
        {
            lock (_gate)
            {
                change();
                Monitor.PulseAll(_gate);
            }
        }
    }
}
