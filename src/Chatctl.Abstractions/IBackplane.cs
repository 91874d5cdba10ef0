namespace Chatctl;

/// <summary>
/// The log that the nodes of one room share. Every node appends batches of bytes, and every node reads all of them, its own included, in one order.
/// It knows no lines and no members: what the bytes mean is the room's affair.
/// </summary>
/// <remarks>
/// <para>
/// Each object is one node, from <see cref="OpenAsync"/> until it is disposed. <see cref="ReadAsync"/>, <see cref="AppendAsync"/> and <see cref="SaveAsync"/> may run
/// beside each other, but none of them beside another call of itself.
/// </para>
/// <para>
/// A connection that is lost is the backplane's affair: it connects again, and goes on. It never gives up by itself. It logs that it is away, and that it is back.
/// Each method but <see cref="OpenAsync"/> only ends with an exception if the log cannot go on: see <see cref="BackplaneException"/>.
/// </para>
/// </remarks>
public interface IBackplane : IAsyncDisposable
{
    /// <summary>
    /// Connects, and checks that the log can be used. If it does not exist, it is empty. It is the only method that gives up if the engine is away.
    /// </summary>
    /// <param name="stop">Ends the attempt.</param>
    /// <returns>The oldest state that is kept and that all later entries are kept of; null if the log still has all its entries from the first one on.</returns>
    /// <exception cref="BackplaneException">The engine cannot be reached, refuses, or has something else in the place of the log.</exception>
    Task<BackplaneState?> OpenAsync(CancellationToken stop);

    /// <summary>
    /// Reads the entries behind a number, in their order and without holes, and waits for new ones. An entry is there once it is as durable as the engine promises.
    /// </summary>
    /// <param name="after">The number of an entry or of a state; 0 for all entries.</param>
    /// <param name="stop">Ends the reading. Then the enumeration ends with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BackplaneException">Entries are gone: see <see cref="BackplaneLossException"/>.</exception>
    IAsyncEnumerable<BackplaneEntry> ReadAsync(long after, CancellationToken stop);

    /// <summary>Appends a batch. It is taken once, however often it has to be sent. Batches of one node keep their order.</summary>
    /// <param name="batch">Its number among the batches of this node: 1, 2, 3 and so on. The next one is handed over once this one is there.</param>
    /// <param name="bytes">The batch. Most have less than 256 KiB; one with a very long line has more. It must not change until the call has ended.</param>
    /// <param name="stop">Ends the attempts. Then nobody knows whether the batch was taken.</param>
    /// <returns>A task that ends when the batch is in the log. <see cref="ReadAsync"/> may give it earlier than that.</returns>
    /// <exception cref="BackplaneException">The log cannot go on.</exception>
    Task AppendAsync(long batch, ReadOnlyMemory<byte> bytes, CancellationToken stop);

    /// <summary>
    /// Keeps the state of the room behind an entry. So a node that starts need not read everything from the first entry on. The backplane keeps the newest few states,
    /// and deletes the entries that come before the oldest of them. A state of an entry that has one already is not kept.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="stop">Ends the attempts.</param>
    /// <exception cref="BackplaneException">The log cannot go on.</exception>
    Task SaveAsync(BackplaneState state, CancellationToken stop);
}

/// <summary>One batch in the log.</summary>
/// <param name="Number">Its number: 1, 2, 3 and so on, without holes.</param>
/// <param name="Time">When it was appended, by the clock of the engine. It never goes back.</param>
/// <param name="Node">The node that appended it, as in <see cref="BackplaneOptions.Node"/>.</param>
/// <param name="Batch">Its number among the batches of that node.</param>
/// <param name="Bytes">The batch. The memory is the reader's from now on.</param>
public readonly record struct BackplaneEntry(long Number, DateTimeOffset Time, string Node, long Batch, ReadOnlyMemory<byte> Bytes);

/// <summary>What the room looks like behind an entry.</summary>
/// <param name="Number">The number of the entry.</param>
/// <param name="Bytes">The room's state.</param>
public sealed record BackplaneState(long Number, ReadOnlyMemory<byte> Bytes);
