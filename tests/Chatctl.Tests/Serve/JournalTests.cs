namespace Chatctl.Tests.Serve;

/// <summary>What <c>serve --journal</c> does at its start and its end, in a process of its own.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder["journal"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_room_goes_on_where_the_last_one_was_killed()
    {
        using (Server first = await Server.StartAsync("--journal", Journal))
        {
            using var ann = ToolProcess.Start("connect", first.Urls[0], "--name", "ann", "-m", "one");
            Assert.Equal(0, (await ann.FinishAsync()).ExitCode);
            first.Process.Signal("KILL");
            await first.Process.FinishAsync();
        }

        using Server second = await Server.StartAsync("--journal", Journal);
        using var bob = ToolProcess.Start("connect", second.Urls[0], "--name", "bob", "--since", "all", "-n", "1");
        Assert.Equal("one\n", (await bob.FinishAsync()).Text);
    }

    [Fact]
    public async Task A_folder_is_for_one_server()
    {
        using Server first = await Server.StartAsync("--journal", Journal);
        await FailsAsync("is in use by another server");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_told_in_a_line()
    {
        await File.WriteAllTextAsync(Journal, "no folder");
        await FailsAsync("cannot be opened");
    }

    [Fact]
    public async Task A_damaged_journal_is_refused()
    {
        using (Server first = await Server.StartAsync("--journal", Journal))
        {
            using var ann = ToolProcess.Start("connect", first.Urls[0], "-m", "one");
            Assert.Equal(0, (await ann.FinishAsync()).ExitCode);
            first.Process.Signal("TERM");
            Assert.Equal(0, (await first.Process.FinishAsync()).ExitCode);
        }

        string file = Assert.Single(Directory.GetFiles(Journal, "*.ndjson"));
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\"text\":\"one\"", "\"text\":\"two\"", StringComparison.Ordinal));
        await FailsAsync("is damaged at byte");
    }

    private async Task FailsAsync(string part)
    {
        using var tool = ToolProcess.Start("serve", "127.0.0.1:0", "--journal", Journal);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal((1, ""), (result.ExitCode, result.Text));
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(Journal, line, StringComparison.Ordinal);
        Assert.Contains(part, line, StringComparison.Ordinal);
    }
}
