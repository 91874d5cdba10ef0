using System.Net;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The life of a server over sockets: it binds, runs on its own thread, and stops. A derived class decides what the thread does.</summary>
/// <param name="options">The server's options.</param>
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

        Prepare();
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
            // Completion has this exception already. Disposing does not throw it again.
        }
    }

    /// <inheritdoc/>
    public virtual void Reload()
    {
    }

    /// <summary>The server's options.</summary>
    protected ServerOptions Options => options;

    /// <summary>The log for connections.</summary>
    protected ILogger Logger => logger;

    /// <summary>Reads what the server needs before it listens. Throws if it cannot start. The default does nothing.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>Serves until the server is stopped and the last connection has ended. On the server's thread.</summary>
    /// <param name="listeners">The bound listeners. They are closed at the latest when this returns or throws.</param>
    protected abstract void Serve(Listeners listeners);

    /// <summary>Stops accepting, and ends <see cref="Serve"/> when every connection has ended. From any thread; may be called more than once.</summary>
    protected abstract void Stop();

    /// <summary>Ends the connections that have not ended yet. From any thread, after <see cref="Stop"/>.</summary>
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
#pragma warning disable CA1031 // Any exception ends the thread and the server. Completion reports it.
        catch (Exception e)
        {
            _completion.SetException(e);
        }
#pragma warning restore CA1031
    }
}
