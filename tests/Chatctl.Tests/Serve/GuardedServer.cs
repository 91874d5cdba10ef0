using Chatctl.Core.Access;

namespace Chatctl.Tests.Serve;

/// <summary>A room that lets in only whom a file names, and what its clients need.</summary>
public abstract class GuardedServer : IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected IReadOnlyDictionary<string, string> Tokens { get; } = new Dictionary<string, string> { ["ann"] = AccessToken.Create(), ["bob"] = AccessToken.Create() };

    private protected string Unix => $"unix:{Folder["room"]}";

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static async Task<ToolResult> RunAsync(ToolProcess process)
    {
        using (process)
        {
            process.CloseInput();
            return await process.FinishAsync();
        }
    }

    private protected static Task<ToolResult> ConnectAsync(params string[] arguments) => RunAsync(ToolProcess.Start(["connect", .. arguments]));

    private protected string Proof(string name) => AccessToken.ProofOf(Tokens[name]);

    private protected string Hello(string name) => $$"""{"token":"{{Tokens[name]}}"}""";

    private protected async Task WriteTokenAsync(string name, string token, string mode = "600")
    {
        await File.WriteAllTextAsync(Folder[name], token + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder[name], (UnixFileMode)Convert.ToInt32(mode, 8));
        }
    }

    private protected async Task<Server> ServeAsync(string rules, params string[] options)
    {
        await File.WriteAllTextAsync(Folder["auth"], rules);
        return await Server.StartAsync(["--auth", Folder["auth"], .. options]);
    }

    private protected async Task<Peer> OpenAsync(Server server, int url, string name)
    {
        Peer peer = await server.JoinAsync(server.Urls[url]);
        await GreetAsync(peer, Hello(name));
        return peer;
    }

    private protected static async Task GreetAsync(Peer peer, string hello)
    {
        await peer.SendAsync($"CHATCTL/1 {hello}\n");
        await UntilAsync(peer, "CHATCTL/1 {\"room\":\"main\"");
    }

    private protected static async Task<string> RefusedAsync(Server server, string token)
    {
        using Peer peer = await Peer.ConnectAsync(server.Urls[0]);
        await peer.SendAsync($$"""CHATCTL/1 {"token":"{{token}}"}""" + "\n");
        return await peer.ReadLineAsync();
    }

    /// <summary>Reads lines up to one that holds a text.</summary>
    private protected static async Task<string> UntilAsync(Peer peer, string part)
    {
        while (true)
        {
            string line = await peer.ReadLineAsync();
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }
}
