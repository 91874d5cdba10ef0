using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Chatctl.Tests.Terminal;

/// <summary>
/// A terminal for one test, in tmux, with a shell in it. It looks at the screen until the screen shows what is expected. In the shell,
/// <c>$CHATCTL</c> is the tool.
/// </summary>
internal sealed class TmuxScreen : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private TmuxScreen()
    {
    }

    /// <summary>
    /// Starts a shell on a terminal. Its prompt is <c>$</c>. The tool does not greet there, so that a test sees the conversation alone.
    /// </summary>
    public static async Task<TmuxScreen> OpenAsync(int columns = 80, int rows = 24)
    {
        var screen = new TmuxScreen();
        await screen.TmuxAsync(
            "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", "-e", $"CHATCTL={ToolProcess.Executable}", "-e", "PS1=$ ", "-e", "CHATCTL_QUIET=1",
            "-e", $"DOTNET_ROOT={Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))}",
            "bash", "--norc", "--noprofile");
        await screen.SeeAsync("$");
        return screen;
    }

    /// <summary>Starts the tool as a member of a room, and waits for its prompt.</summary>
    public async Task ConnectAsync(string url, string options = "")
    {
        await TypeAsync($"clear; \"$CHATCTL\" connect {url} {options}");
        await KeysAsync("Enter");
        await SeeAsync(text => text == ">", "a prompt");
    }

    /// <summary>Types a text.</summary>
    public Task TypeAsync(string text) => TmuxAsync("send-keys", "-l", text);

    /// <summary>Presses keys.</summary>
    /// <param name="keys">With the names of tmux: <c>Enter</c>, <c>C-c</c>.</param>
    public Task KeysAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>Runs a command in the shell.</summary>
    public async Task RunAsync(string command)
    {
        await TypeAsync(command);
        await KeysAsync("Enter");
    }

    /// <summary>Pastes as a terminal does. It marks the pasted text if the program asked for that.</summary>
    public async Task PasteAsync(string text)
    {
        await TmuxAsync("set-buffer", "--", text);
        await TmuxAsync("paste-buffer", "-p");
    }

    public Task ResizeAsync(int columns, int rows) => TmuxAsync("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>All rows, also those that have scrolled away, without blank rows at the end.</summary>
    /// <param name="joinsWrapped">Whether to join rows that the terminal has wrapped.</param>
    public async Task<string> TextAsync(bool joinsWrapped = false)
    {
        string[] options = joinsWrapped ? ["-J"] : [];
        string text = await TmuxAsync(["capture-pane", "-p", "-S", "-", .. options]);
        return string.Join('\n', text.Split('\n').Select(row => row.TrimEnd())).TrimEnd();
    }

    /// <summary>Waits until the screen shows a text.</summary>
    public Task<string> SeeAsync(string part) => SeeAsync(text => text.Contains(part, StringComparison.Ordinal), $"'{part}'");

    /// <summary>Waits until this is the last row.</summary>
    public Task<string> SeeLastAsync(string row) => SeeAsync(text => text.Split('\n')[^1] == row, $"'{row}' in the last row");

    /// <summary>Waits until the screen shows what is expected.</summary>
    /// <param name="isExpected">Gets the text of <see cref="TextAsync"/>.</param>
    /// <param name="expectation">What is expected, for the message of a failure.</param>
    public async Task<string> SeeAsync(Predicate<string> isExpected, string expectation)
    {
        var watch = Stopwatch.StartNew();
        string text;
        while (!isExpected(text = await TextAsync()))
        {
            Assert.True(watch.Elapsed < Watchdog.Patience, $"no {expectation} in:\n{text}");
            await Task.Delay(50);
        }

        return text;
    }

    /// <summary>Asks tmux about the terminal, with a format such as <c>#{cursor_x}</c>.</summary>
    public async Task<string> TellAsync(string format) => (await TmuxAsync("display-message", "-p", format)).TrimEnd('\n');

    /// <summary>Waits until tmux gives this answer.</summary>
    public async Task TellAsync(string format, string expected)
    {
        var watch = Stopwatch.StartNew();
        string told;
        while ((told = await TellAsync(format)) != expected)
        {
            Assert.True(watch.Elapsed < Watchdog.Patience, $"{format} is {told} and not {expected}");
            await Task.Delay(50);
        }
    }

    /// <summary>The process of the tool: a child of the shell, or a child of that child.</summary>
    public async Task<int> ToolAsync()
    {
        string process = await TellAsync("#{pane_pid}");
        while (true)
        {
            using var pgrep = Process.Start(new ProcessStartInfo("pgrep", ["-P", process]) { RedirectStandardOutput = true })!;
            string child = (await pgrep.StandardOutput.ReadToEndAsync().Guard()).TrimEnd();
            if (child.Length == 0)
            {
                return int.Parse(process, System.Globalization.CultureInfo.InvariantCulture);
            }

            process = child;
        }
    }

    public void Dispose()
    {
        TmuxAsync("kill-server").GetAwaiter().GetResult();
        _folder.Dispose();
    }

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-S", _folder["tmux"], "-f", "/dev/null", "-u", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };

        // The tests themselves may run in tmux.
        start.Environment.Remove("TMUX");
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("CHATCTL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var tmux = Process.Start(start)!;
        Task<string> error = tmux.StandardError.ReadToEndAsync();
        string output = await tmux.StandardOutput.ReadToEndAsync().Guard();
        await tmux.WaitForExitAsync().Guard();
        Assert.True(tmux.ExitCode == 0, $"tmux {string.Join(' ', arguments)}: {await error.Guard()}");
        return output;
    }
}
