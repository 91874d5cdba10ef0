using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <summary>What the input thread does when it reads no more: sends what is left, gives answers time, and asks the peer for its confirmation.</summary>
/// <param name="shared">What the threads of the sending side share.</param>
/// <param name="sender">Sends what is left.</param>
/// <param name="options">What to do when the input ends.</param>
/// <param name="isConversation">Whether a person types the input.</param>
internal sealed class OutboundEnding(OutboundMonitor shared, OutboundSender sender, ClientOptions options, bool isConversation)
{
    /// <summary>From <see cref="Finishing"/> to the end.</summary>
    public void Run()
    {
        Connection? connection;
        do
        {
            do
            {
                if (!sender.SendAll(Finishing, Lingering))
                {
                    return;
                }

                Linger();
            }
            while (!TryEnd(out connection));
        }
        while (connection is not null && !Ask(connection));
    }

    /// <summary>Gives answers time to arrive, but stops waiting when the client has enough of them.</summary>
    private void Linger()
    {
        long until = Environment.TickCount64 + (long)options.Linger.TotalMilliseconds;
        lock (shared.Gate)
        {
            // What a lost connection had does not wait for that.
            while (shared.Outbox.Taken > 0 && shared.Outbox.Unsent.IsEmpty && !shared.IsStopping && until - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(shared.Gate, TimeSpan.FromMilliseconds(left));
            }

            shared.Move(Finishing);
        }
    }

    /// <summary>Decides how to end.</summary>
    /// <param name="connection">The connection to ask for its confirmation, in the state <see cref="Asking"/>; null if there is nothing to ask.</param>
    /// <returns>False if there is something to send first, because a connection was lost in the middle of a line.</returns>
    private bool TryEnd(out Connection? connection)
    {
        connection = null;
        lock (shared.Gate)
        {
            if (shared.Outbox.Taken == 0)
            {
                // Some servers take a half-close without a byte before it for "listener", and most take it for "finished". So nothing is
                // said, and this client listens. But a person who ends the input without a word wants to leave.
                bool leaves = !options.Prints || isConversation || shared.IsStopping;
                shared.Move(leaves ? NothingToDo : Listening);
                if (leaves)
                {
                    shared.Connection?.Interrupt();
                }

                return true;
            }

            Connection? last = shared.AwaitConnection();
            if (!shared.Outbox.Unsent.IsEmpty)
            {
                return false;
            }

            if (last?.Handed == 0)
            {
                // Everything was sent over earlier connections.
                shared.Move(NothingToDo);
                last.Interrupt();
                return true;
            }

            shared.Move(last is null ? Finished : Asking);
            connection = last;
            return true;
        }
    }

    /// <summary>From <see cref="Asking"/> to <see cref="Finished"/>, or back to <see cref="Finishing"/>.</summary>
    /// <returns>False if the connection is lost and there is something to send again.</returns>
    private bool Ask(Connection connection)
    {
        bool isFirst = connection.TryAsk();
        bool sendsAgain = options.Retries && shared.Outbox.SendsAgain;
        lock (shared.Gate)
        {
            shared.Move(sendsAgain ? Asked : Finished);
        }

        if (isFirst)
        {
            new Thread(connection.AwaitOverdue) { IsBackground = true, Name = "receipt" }.Start();
        }

        if (!sendsAgain)
        {
            return true;
        }

        lock (shared.Gate)
        {
            while (shared.Outbox.Unsent.IsEmpty)
            {
                Monitor.Wait(shared.Gate);
            }

            shared.Move(Finishing);
            return false;
        }
    }
}
