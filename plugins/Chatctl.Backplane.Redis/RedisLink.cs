using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>
/// One connection to the server. A call that fails for a reason that can pass is made again until it succeeds, over a new connection if need be. So every call must be
/// one that does no harm if the server carries it out twice. One call at a time, from any thread.
/// </summary>
/// <remarks>
/// The library's own reconnecting is not used: a new connection shows at once why it cannot be made, is made at the pace that suits here, and asks the sentinels anew
/// which server is the primary one.
/// </remarks>
/// <param name="address">Where the server is.</param>
/// <param name="outage">Where it is told that the server is away.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisLink(RedisAddress address, Outage outage, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(500);

    /// <summary>What must be longer than any call may take: a reading that waits takes a second.</summary>
    private const int LeastTimeout = 3000;

    private ConnectionMultiplexer? _connection;

    /// <summary>The server's version. While there is a connection.</summary>
    public Version ServerVersion => _connection!.GetServers().First(server => server.IsConnected).Version;

    /// <summary>Sets what this class relies on.</summary>
    /// <param name="options">The options as the user gave them.</param>
    public static void Prepare(ConfigurationOptions options)
    {
        // One call at a time, and that one is sent again here: nothing may wait for a connection.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AbortOnConnectFail = false; // With it, the exception does not say why. The first call does.
        options.ConnectRetry = 1;
        options.AsyncTimeout = Math.Max(options.AsyncTimeout, LeastTimeout);
        options.SyncTimeout = Math.Max(options.SyncTimeout, LeastTimeout);
        options.IncludeDetailInExceptions = false;
        options.Protocol = RedisProtocol.Resp2;
        // What counts if the user may not ask for the version. A server that is too old shows it by what it does not know.
        options.DefaultVersion = new Version(int.MaxValue, 0);
        options.ClientName ??= "chatctl";
        options.AllowAdmin = true; // So that the library lets INFO through.
        options.TieBreaker = "";
        options.ConfigurationChannel = "";
        if (string.IsNullOrEmpty(options.ServiceName))
        {
            // Nothing is subscribed to, so there is no second connection for it.
            options.CommandMap = CommandMap.Create(["SUBSCRIBE"], available: false);
        }
    }

    /// <summary>Connects, once.</summary>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="Exception">One that <see cref="Failure.Of"/> explains.</exception>
    public async Task<IDatabase> ConnectAsync(CancellationToken stop)
    {
        // On another thread, since the library does some of it (looking names up, asking sentinels) without giving the thread back.
        var connecting = Task.Run(() => ConnectionMultiplexer.ConnectAsync(address.Options.Clone()), CancellationToken.None);
        try
        {
            ConnectionMultiplexer connection = await connecting.WaitAsync(TimeSpan.FromMilliseconds(address.Options.ConnectTimeout + 1000), time, stop);
            IDatabase database = connection.GetDatabase();
            var broken = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.ConnectionFailed += (_, e) => broken.TrySetResult(e.Exception);
            try
            {
                await GreetAsync(database, address.Options).WaitAsync(stop);
            }
            catch (RedisConnectionException e) when (Failure.IsVague(e))
            {
                // The library says that there is no connection before it has noted why.
                await Task.WhenAny(broken.Task, Task.Delay(Quick, time, stop));
                throw (broken.Task.IsCompletedSuccessfully ? await broken.Task : null) ?? e;
            }

            _connection = connection;
            return database;
        }
        catch
        {
            _ = connecting.ContinueWith(made => CloseAsync(made.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Makes a call until it succeeds.</summary>
    /// <param name="call">The call. The database is another object after each time that the connection was lost.</param>
    /// <param name="stop">Ends the attempts. The call may have been carried out then, but no longer uses its arguments.</param>
    /// <exception cref="BackplaneException">It has failed, and that cannot pass.</exception>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken stop)
    {
        Failure? failure = null;
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                IDatabase database = _connection?.GetDatabase() ?? await ReconnectAsync(failure?.Reason ?? "the connection is closed", stop);
                T result = await call(database).WaitAsync(stop);
                outage.End(this);
                return result;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await DropAsync();
                throw;
            }
            catch (Exception e) when (Failure.Of(e) is { } explained)
            {
                failure = explained.Remedy != Remedy.None ? explained : throw new BackplaneException($"the backplane {address.Text} cannot go on: {explained.Reason}", e);
            }

            if (failure.Remedy != Remedy.Wait)
            {
                await DropAsync();
            }

            if (isFirst && failure.Remedy == Remedy.ReconnectAtOnce)
            {
                continue;
            }

            outage.Begin(this, failure.Reason);
            await Task.Delay(BetweenAttempts, time, stop);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await DropAsync();

    /// <summary>Connects once. It is told if that is not quick: until sentinels have agreed on another server, it may take seconds.</summary>
    private async Task<IDatabase> ReconnectAsync(string reason, CancellationToken stop)
    {
        Task<IDatabase> connecting = ConnectAsync(stop);
        await Task.WhenAny(connecting, Task.Delay(Quick, time, CancellationToken.None));
        if (!connecting.IsCompleted)
        {
            outage.Begin(this, reason);
        }

        return await connecting;
    }

    /// <summary>
    /// Makes the first call. It says why if there is no connection. The library also goes on without the password if the server does not take it, and the server may
    /// let in those without one.
    /// </summary>
    private static Task GreetAsync(IDatabase database, ConfigurationOptions options) => (options.User, options.Password) switch
    {
        (_, null) => database.PingAsync(CommandFlags.DemandMaster),
        (null, { } password) => database.ExecuteAsync("AUTH", [password], CommandFlags.DemandMaster),
        ({ } user, { } password) => database.ExecuteAsync("AUTH", [user, password], CommandFlags.DemandMaster),
    };

    private async Task DropAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await CloseAsync(connection);
        }
    }

    private static async Task CloseAsync(ConnectionMultiplexer connection)
    {
        // Without waiting for a call that may be stuck. Disposing alone would, and closing alone leaves the connection to the sentinels.
        await connection.CloseAsync(allowCommandsToComplete: false);
        await connection.DisposeAsync();
    }
}
