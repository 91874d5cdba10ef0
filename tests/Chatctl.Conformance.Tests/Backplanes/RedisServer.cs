using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatctl.Conformance.Tests.Backplanes;

/// <summary>A redis-server of a test, with a folder of its own. It is the one on the PATH.</summary>
/// <param name="settings">Settings beside the usual ones, as on its command line.</param>
internal sealed class RedisServer(params string[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatctl-redis-");
    private Process? _process;
    private bool _isSentinel;

    public int Port { get; private set; }

    /// <summary>The part of the log of commands that grows.</summary>
    private string AppendedFile => Directory.GetFiles(Path.Combine(_folder.FullName, "appendonlydir"), "*.incr.aof").Single();

    private string SentinelFile => Path.Combine(_folder.FullName, "sentinel.conf");

    /// <summary>Starts a server that has each write on its disk before it answers.</summary>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = new RedisServer(settings);
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts a sentinel that alone decides when another server takes over.</summary>
    /// <param name="service">What the servers are called together.</param>
    /// <param name="primary">The port of the first one.</param>
    public static async Task<RedisServer> StartSentinelAsync(string service, int primary)
    {
        var server = new RedisServer { _isSentinel = true };
        await File.WriteAllTextAsync(
            server.SentinelFile,
            $"sentinel monitor {service} 127.0.0.1 {primary} 1\nsentinel down-after-milliseconds {service} 1000\nsentinel failover-timeout {service} 10000\n");
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts it, again on the same port if it ran before.</summary>
    public async Task RunAsync()
    {
        var waited = Stopwatch.StartNew();
        bool hasPort = Port != 0;
        do
        {
            // It cannot choose a port itself. Another program may take the free one first; then it ends, and this is done again.
            Port = hasPort ? Port : FreePort();
            Launch();
            while (!_process!.HasExited)
            {
                if (await AnswersAsync())
                {
                    return;
                }

                Assert.True(waited.Elapsed < Patience, "redis-server does not answer");
                await Task.Delay(10);
            }
        }
        while (waited.Elapsed < Patience);
        Assert.Fail($"redis-server does not start: {await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "log"))}");
    }

    /// <summary>Kills it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Stops it in the middle of whatever it does. Its connections stay.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>How long the log of commands is.</summary>
    public long Appended => new FileInfo(AppendedFile).Length;

    /// <summary>Cuts off the end of the log of commands, as if it had not reached the disk. The server must not run.</summary>
    public void CutAppended(long length)
    {
        using FileStream file = File.OpenWrite(AppendedFile);
        file.SetLength(length);
    }

    /// <summary>Gives it a command, over a connection of its own.</summary>
    /// <returns>The first line of the answer, without what says of which kind it is.</returns>
    public Task<string> CommandAsync(params string[] words) => CommandAsync([words]);

    /// <summary>Gives it commands whose answers are a line each, over one connection.</summary>
    /// <returns>The last answer, without what says of which kind it is.</returns>
    public async Task<string> CommandAsync(params string[][] commands)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using NetworkStream stream = client.GetStream();
        using var reader = new StreamReader(stream);
        string answer = "";
        foreach (string[] words in commands)
        {
            string command = $"*{words.Length}\r\n{string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"))}";
            await stream.WriteAsync(Encoding.UTF8.GetBytes(command));
            answer = await reader.ReadLineAsync().WaitAsync(Patience) ?? throw new IOException("the server has closed the connection");
            answer = answer.StartsWith('-') ? throw new IOException(answer) : answer[1..];
        }

        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        // A process that is stopped can be killed too.
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Launch()
    {
        _process?.Dispose();
        string[] usual =
        [
            .. _isSentinel ? [SentinelFile, "--sentinel"] : Array.Empty<string>(),
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.FullName, "--logfile", "log",
            .. _isSentinel ? Array.Empty<string>() : ["--save", "", "--appendonly", "yes", "--appendfsync", "always"],
        ];
        try
        {
            _process = Process.Start(new ProcessStartInfo("redis-server", [.. usual, .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Fail($"these tests need redis-server on the PATH (Debian: apt-get install redis-server): {e.Message}");
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await CommandAsync("PING") == "PONG";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // It asks for a password, so it is there; or it loads its data; or it is not there yet.
            return e.Message.StartsWith("-NOAUTH", StringComparison.Ordinal);
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, kill.ExitCode);
    }
}
