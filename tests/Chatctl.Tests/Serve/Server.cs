namespace Chatctl.Tests.Serve;

/// <summary>A room that the tool serves on free ports, and its members. They join one after the other. A test gets a member after it has joined.</summary>
internal sealed class Server : IDisposable
{
    private int _members;

    private Server(ToolProcess process, IReadOnlyList<string> urls)
    {
        Process = process;
        Urls = urls;
    }

    /// <summary>The tool.</summary>
    public ToolProcess Process { get; }

    /// <summary>The addresses that it has printed.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>Starts a server on a free port of 127.0.0.1.</summary>
    /// <param name="options">Options of <c>serve</c>; more endpoints too, if each is one address.</param>
    public static Task<Server> StartAsync(params string[] options) => StartAsync(
        1 + options.Count(option => option.Contains(':', StringComparison.Ordinal)), Run(["127.0.0.1:0", .. options]));

    /// <summary>Takes over a server that is being started with <c>-v</c>.</summary>
    /// <param name="urls">How many it announces.</param>
    /// <param name="process">Disposed with this.</param>
    public static async Task<Server> StartAsync(int urls, ToolProcess process)
    {
        var announced = new List<string>();
        while (announced.Count < urls)
        {
            announced.Add(await process.ReadLineAsync());
            if (announced[^1].Length == 0)
            {
                ToolResult result = await process.FinishAsync();
                process.Dispose();
                throw new InvalidOperationException($"the server has not started: exit code {result.ExitCode}, {result.Error}");
            }
        }

        return new Server(process, announced);
    }

    /// <summary>Starts <c>serve -v</c>.</summary>
    public static ToolProcess Run(params string[] arguments) => ToolProcess.Start(["serve", "-v", .. arguments]);

    /// <summary>Lets a client join.</summary>
    /// <param name="url">At which door; the first if null.</param>
    public async Task<Peer> JoinAsync(string? url = null)
    {
        Peer peer = await Peer.ConnectAsync(url ?? Urls[0]);
        await JoinedAsync();
        return peer;
    }

    /// <summary>Lets <c>chatctl connect</c> join.</summary>
    /// <param name="options">Its options.</param>
    public async Task<ToolProcess> JoinWithToolAsync(params string[] options)
    {
        var tool = ToolProcess.Start(["connect", Urls[0], .. options]);
        await JoinedAsync();
        return tool;
    }

    /// <summary>Asks the server to stop and waits until it has.</summary>
    public Task<ToolResult> StopAsync()
    {
        Process.Signal("TERM");
        return Process.FinishAsync();
    }

    public void Dispose() => Process.Dispose();

    private Task<string> JoinedAsync() => Process.ErrorLineAsync(" joined", ++_members);
}
