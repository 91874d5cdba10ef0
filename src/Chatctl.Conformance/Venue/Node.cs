using System.Text;

namespace Chatctl.Conformance.Venue;

/// <summary>A node of a fact: it reads the log in the background, and keeps what it has read.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly List<BackplaneEntry> _heard = [];
    private CancellationTokenSource _stop = new();
    private long _batch;
    private Task _reading = Task.CompletedTask;

    private Node(string name, IBackplane backplane) => (Name, Backplane) = (name, backplane);

    public string Name { get; }

    public IBackplane Backplane { get; }

    /// <summary>With what the log begins.</summary>
    public BackplaneState? State { get; private set; }

    /// <summary>All that it has read.</summary>
    public BackplaneEntry[] Heard
    {
        get
        {
            lock (_heard)
            {
                return [.. _heard];
            }
        }
    }

    /// <summary>Opens a node, which does not read yet.</summary>
    public static async Task<Node> OpenAsync(BackplaneEngine engine, string name)
    {
        // No other node has ever had its name.
        name = $"{name}-{Guid.NewGuid():N}";
        var node = new Node(name, engine.CreateNode(name));
        node.State = await node.Backplane.OpenAsync(CancellationToken.None).Guard();
        return node;
    }

    /// <summary>Opens a node that reads from where the log begins.</summary>
    public static async Task<Node> JoinAsync(BackplaneEngine engine, string name)
    {
        Node node = await OpenAsync(engine, name);
        node.Listen(node.State?.Number ?? 0);
        return node;
    }

    /// <summary>The text of an entry.</summary>
    public static string Text(BackplaneEntry entry) => Encoding.UTF8.GetString(entry.Bytes.Span);

    /// <summary>Begins to read behind an entry.</summary>
    public void Listen(long after)
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        CancellationToken stop = _stop.Token;
        _reading = Task.Run(async () =>
        {
            await foreach (BackplaneEntry entry in Backplane.ReadAsync(after, stop))
            {
                lock (_heard)
                {
                    _heard.Add(entry);
                }
            }
        });
    }

    /// <summary>Stops the reading.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _reading.Guard());
    }

    /// <summary>Appends the next batch.</summary>
    public Task AppendAsync(string text) => Backplane.AppendAsync(++_batch, Encoding.UTF8.GetBytes(text), CancellationToken.None).Guard();

    /// <summary>Appends the last batch once more.</summary>
    public Task RepeatAsync(string text, long batchesAgo = 0) => Backplane.AppendAsync(_batch - batchesAgo, Encoding.UTF8.GetBytes(text), CancellationToken.None).Guard();

    /// <summary>Appends batches, one after the other.</summary>
    public async Task AppendAllAsync(IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            await AppendAsync(text);
        }
    }

    /// <summary>Waits until it has read so many entries.</summary>
    /// <returns>Their texts.</returns>
    public async Task<string[]> HearsAsync(int count)
    {
        await Watchdog.UntilAsync(() => _reading.IsFaulted || Heard.Length >= count, $"{Name} has read {count} entries");
        await (_reading.IsFaulted ? _reading : Task.CompletedTask);
        return [.. Heard.Select(Text)];
    }

    /// <summary>Waits until its reading ends because entries are lost.</summary>
    public Task<BackplaneLossException> MissesAsync() => Assert.ThrowsAsync<BackplaneLossException>(() => _reading.Guard());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Backplane.DisposeAsync().Guard();
        await Task.WhenAny(_reading).Guard();
        _stop.Dispose();
    }
}
