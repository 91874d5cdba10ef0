using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <summary>
/// Sends what the outbox has: on the input thread, or on the thread of an assistant while the input thread waits for input.
/// </summary>
/// <param name="shared">What the threads of the sending side share.</param>
internal sealed class OutboundSender(OutboundMonitor shared)
{
    /// <summary>Sends until the outbox is empty. Called on the input thread.</summary>
    /// <param name="holding">The state now, and after each send.</param>
    /// <param name="done">The state once the outbox is empty.</param>
    /// <returns>False if the connection has failed and there will be no other.</returns>
    public bool SendAll(OutboundState holding, OutboundState done)
    {
        while (true)
        {
            Connection? connection;
            lock (shared.Gate)
            {
                if (shared.Outbox.Unsent.IsEmpty)
                {
                    shared.Move(done);
                    return true;
                }

                connection = shared.AwaitConnection();
                shared.Move(connection is null ? CutOff : Sending);
                if (connection is null)
                {
                    return false;
                }
            }

            SendOnce(connection, holding);
        }
    }

    /// <summary>Starts an assistant if the outbox has something to send, and there is a connection, and the input thread waits for input.</summary>
    public void Assist()
    {
        lock (shared.Gate)
        {
            if (shared.State != Waiting || shared.Connection is null || shared.Outbox.Unsent.IsEmpty || !shared.Outbox.SendsAgain)
            {
                // In any other state the input thread sends it, now or when it has a connection.
                return;
            }

            shared.Move(Assisted);
        }

        new Thread(SendForInputThread) { IsBackground = true, Name = "assistant" }.Start();
    }

    /// <summary>The assistant: sends all that the outbox has, and asks for the confirmation if the client has asked to stop meanwhile.</summary>
    private void SendForInputThread()
    {
        Connection? connection;
        bool asks;
        while (true)
        {
            lock (shared.Gate)
            {
                connection = shared.Outbox.Unsent.IsEmpty ? null : shared.AwaitConnection();
                if (connection is null)
                {
                    shared.Move(Waiting);
                    connection = shared.Connection;
                    asks = shared.IsStopping && shared.IsAtRest;
                    break;
                }

                shared.Move(Sending);
            }

            SendOnce(connection, Assisted);
        }

        if (asks)
        {
            connection?.TryAsk();
        }
    }

    /// <summary>From <see cref="Sending"/> to another state.</summary>
    private void SendOnce(Connection connection, OutboundState next)
    {
        ReadOnlySpan<byte> unsent;
        lock (shared.Gate)
        {
            unsent = shared.Outbox.Unsent;
        }

        connection.TrySend(unsent, out int handed);
        lock (shared.Gate)
        {
            shared.Outbox.Advance(handed);
            connection.Handed += handed;
            shared.Move(next);
        }
    }
}
