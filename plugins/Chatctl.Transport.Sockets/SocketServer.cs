using System.Net;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The life of a server over sockets: bind, run on a thread of its own, stop. What derives from it says what the thread does.</summary>
/// <param name="options">Where to listen, and how.</param>
/// <param name="logger">Its log.</param>
public abstract class SocketServer(ServerOptions options, ILogger logger) : IBroadcastServer
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Listeners? _listeners;

    /// <inheritdoc/>
    public IReadOnlyList<EndPoint> Endpoints { get; private set; } = [];

    /// <inheritdoc/>
    public Task Completion => _completion.Task;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_listeners is not null || _completion.Task.IsCompleted)
        {
            throw new InvalidOperationException("a server is started once");
        }

        _listeners = Listeners.Bind(options, logger);
        Endpoints = _listeners.Endpoints;
        new Thread(Run) { Name = GetType().Name, IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listeners is null)
        {
            _completion.TrySetResult();
            return;
        }

        Stop();
        using CancellationTokenRegistration registration = cancellationToken.Register(Abort);
        await _completion.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (Exception) when (_completion.Task.IsFaulted)
        {
            // What ended the server is in Completion, for whoever watches it; disposing is not the place to hear it again.
        }
    }

    /// <summary>What the server was told.</summary>
    protected ServerOptions Options => options;

    /// <summary>The log, for connections.</summary>
    protected ILogger Logger => logger;

    /// <summary>Serves until the server is stopped and the last connection has ended. On the server's thread.</summary>
    /// <param name="listeners">Bound; closed for good when this returns or throws, if not before.</param>
    protected abstract void Serve(Listeners listeners);

    /// <summary>Stops accepting, and ends <see cref="Serve"/> when every connection has ended. From any thread, perhaps more than once.</summary>
    protected abstract void Stop();

    /// <summary>Ends the patience with connections that have not ended. From any thread, after <see cref="Stop"/>.</summary>
    protected abstract void Abort();

    private void Run()
    {
        try
        {
            using (_listeners)
            {
                Serve(_listeners!);
            }

            _completion.SetResult();
        }
#pragma warning disable CA1031 // Whatever ends the thread ends the server, and is told through its completion.
        catch (Exception e)
        {
            _completion.SetException(e);
        }
#pragma warning restore CA1031
    }
}
