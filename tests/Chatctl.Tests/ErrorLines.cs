using System.Text;

namespace Chatctl.Tests;

/// <summary>Collects a process's standard error from the start, and lets a test wait for a line of it.</summary>
internal sealed class ErrorLines
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly Task _gathering;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    /// <summary>Begins to gather.</summary>
    /// <param name="reader">No other code may read it.</param>
    public ErrorLines(StreamReader reader) => _gathering = GatherAsync(reader);

    /// <summary>Waits for the end, and gives all there was.</summary>
    public async Task<string> AllAsync()
    {
        await _gathering.Guard();
        return _text.ToString();
    }

    /// <summary>Waits for the n-th whole line that contains a text.</summary>
    /// <exception cref="TimeoutException">It does not come.</exception>
    /// <exception cref="EndOfStreamException">It cannot come any more.</exception>
    public async Task<string> LineAsync(string part, int number)
    {
        while (true)
        {
            string text;
            bool ended;
            Task more;
            lock (_gate)
            {
                (text, ended, more) = (_text.ToString(), _ended, _more.Task);
            }

            if (text.Split('\n')[..^1].Where(line => line.Contains(part, StringComparison.Ordinal)).ElementAtOrDefault(number - 1) is { } line)
            {
                return line;
            }

            string missing = $"no line number {number} with '{part}' in: {text}";
            if (ended)
            {
                throw new EndOfStreamException(missing);
            }

            try
            {
                await more.Guard();
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException(missing, e);
            }
        }
    }

    private async Task GatherAsync(StreamReader reader)
    {
        char[] buffer = new char[4096];
        int count;
        do
        {
            count = await reader.ReadAsync(buffer.AsMemory());
            TaskCompletionSource before;
            lock (_gate)
            {
                _text.Append(buffer, 0, count);
                _ended = count == 0;
                (before, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            before.SetResult();
        }
        while (count > 0);
    }
}
