using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Chatctl.Tests;

/// <summary>The results of a process.</summary>
/// <param name="ExitCode">128 + n if signal n has ended it.</param>
/// <param name="Output">All of standard output that the test had not read before.</param>
/// <param name="Error">All of standard error.</param>
internal sealed record ToolResult(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);
}

/// <summary>
/// The running tool, started as a user would start it: the tool that <c>CHATCTL_EXECUTABLE</c> names, else the tool that was built. Standard
/// error is collected from the start. Standard output is read only when the test asks, so a test can also leave it unread.
/// </summary>
internal sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly ErrorLines _error;

    private ToolProcess(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("CHATCTL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // The runtime that runs the tests, wherever it is installed.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        start.Environment["CHATCTL"] = Executable;
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _error = new ErrorLines(_process.StandardError);
    }

    /// <summary>The tool that was built with the tests. The plugins are beside it.</summary>
    public static string Built => typeof(ToolProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ToolPath").Value!;

    /// <summary>The tool.</summary>
    public static string Executable => Environment.GetEnvironmentVariable("CHATCTL_EXECUTABLE") is { Length: > 0 } installed ? installed : Built;

    /// <summary>Standard input. It stays open until <see cref="CloseInput"/>.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Starts the tool.</summary>
    public static ToolProcess Start(params string[] arguments) => new(Executable, arguments, null);

    /// <summary>Starts the tool with environment variables of its own.</summary>
    public static ToolProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(Executable, arguments, environment);

    /// <summary>Starts a bash script, in which <c>"$CHATCTL"</c> is the tool and <c>$1</c> and so on are the arguments.</summary>
    public static ToolProcess Shell(string script, params string[] arguments) => new("bash", ["-c", script, "bash", .. arguments], null);

    /// <summary>Starts the tool without the privilege of root to ignore file permissions.</summary>
    public static ToolProcess Unprivileged(params string[] arguments) =>
        Shell("[ \"$(id -u)\" != 0 ] || drop='setpriv --bounding-set -all --inh-caps -all'; exec $drop \"$CHATCTL\" \"$@\"", arguments);

    /// <summary>How much time processors have spent on it so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory that it has had so far, in bytes. Linux only.</summary>
    public long PeakMemory()
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Writes all of it to standard input.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await Input.WriteAsync(bytes).AsTask().Guard();
        await Input.FlushAsync().Guard();
    }

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte})"/>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Offers bytes again and again until none are taken for two seconds, because all the buffers between are full.</summary>
    /// <returns>The offer. It fails when the tool is gone.</returns>
    public async Task<Task> FillAsync(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        long taken = 0;
        var offer = Task.Run(async () =>
        {
            for (; ; Interlocked.Increment(ref taken))
            {
                await SendAsync(bytes);
            }
        });
        for (long before = -1; before != Interlocked.Read(ref taken); await Task.Delay(2000, patience.Token))
        {
            before = Interlocked.Read(ref taken);
        }

        return offer;
    }

    /// <summary>Ends standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Reads one line of standard output, without its end. If there is no line, it returns the rest of the output.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (await _process.StandardOutput.BaseStream.ReadAsync(one).AsTask().Guard() == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    /// <summary>Reads lines of standard output up to one that contains a text.</summary>
    /// <exception cref="EndOfStreamException">There is none.</exception>
    public async Task ReadUntilAsync(string part)
    {
        while (await ReadLineAsync() is var line && !line.Contains(part, StringComparison.Ordinal))
        {
            if (line.Length == 0 && _process.HasExited)
            {
                throw new EndOfStreamException($"no line with '{part}'");
            }
        }
    }

    /// <summary>Waits for a line of standard error.</summary>
    /// <param name="part">What the line contains.</param>
    /// <param name="number">Which of the lines that contain it, from 1.</param>
    /// <returns>The line, without its end.</returns>
    /// <exception cref="TimeoutException">The line does not come. The message shows the lines that came.</exception>
    public Task<string> ErrorLineAsync(string part, int number = 1) => _error.LineAsync(part, number);

    /// <summary>Sends a signal.</summary>
    /// <param name="name">As kill(1) has it: <c>TERM</c>.</param>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits until the process has started one of its own. Linux only.</summary>
    /// <returns>Its id.</returns>
    public async Task<int> ChildAsync()
    {
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        while (true)
        {
            // Read again each time, because any thread of the tool may start it.
            foreach (string task in Directory.GetDirectories($"/proc/{_process.Id}/task"))
            {
                if (int.TryParse((await ReadAsync($"{task}/children")).Split(' ')[0], CultureInfo.InvariantCulture, out int child))
                {
                    return child;
                }
            }

            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Waits until there is no such process any more. Linux only.</summary>
    public static async Task AwaitGoneAsync(int id)
    {
        using var patience = new CancellationTokenSource(Watchdog.Patience);

        // A process whose parent does not wait for it stays as a zombie.
        while (await ReadAsync($"/proc/{id}/stat") is not "" and var status && !status.Contains(") Z ", StringComparison.Ordinal))
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <returns>The system's text about a process or a thread; an empty text if that has just ended.</returns>
    private static async Task<string> ReadAsync(string path)
    {
        try
        {
            return await File.ReadAllTextAsync(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Waits for the process and leaves its standard output unread.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().Guard();
        return _process.ExitCode;
    }

    /// <summary>Reads standard output to its end and waits for the process. Leaves standard input as it is.</summary>
    /// <exception cref="TimeoutException">The tool does not end. The message shows its standard error.</exception>
    public async Task<ToolResult> FinishAsync()
    {
        try
        {
            using var output = new MemoryStream();
            await _process.StandardOutput.BaseStream.CopyToAsync(output).Guard();
            await _process.WaitForExitAsync().Guard();
            return new ToolResult(_process.ExitCode, output.ToArray(), await _error.AllAsync());
        }
        catch (TimeoutException e)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"the tool does not end; its standard error: {await _error.AllAsync()}", e);
        }
    }

    /// <summary>Ends the process and its children if they still run.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
