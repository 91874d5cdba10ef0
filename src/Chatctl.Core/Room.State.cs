using Chatctl.Core.Backplane;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>What a node that starts has to know of a room with a backplane, apart from what is said.</content>
public sealed partial class Room
{
    /// <summary>The state behind the entry that was applied last. Not under the lock.</summary>
    /// <param name="bytes">How many bytes the entries up to there had.</param>
    internal RoomState Capture(long bytes)
    {
        lock (_gate)
        {
            KnownSession[] sessions = _sessions is { } side ? [.. side.Registry.Capture()] : [];
            Dictionary<(string?, string), int> places = sessions.Index().ToDictionary(known => (known.Item.Record.Owner, known.Item.Record.Client), known => known.Index);
            return new RoomState
            {
                Settings = _settings,
                Epoch = _sessions?.Epochs.Current ?? "",
                PastEpochs = [.. (_sessions?.Epochs.Past ?? []).Select(past => new PastEpoch(past.Epoch, past.Last))],
                Seq = _sequencer.Next,
                Last = _nodes.Last,
                Age = _nodes.Age,
                Begun = _nodes.Begun,
                Bytes = bytes,
                Sessions = sessions,
                Nodes = [.. _nodes.All.Select(node => Capture(node, places))],
                Presence = _sessions?.Presence.Counts ?? default,
            };
        }
    }

    private KnownNode Capture(Backplane.Node node, Dictionary<(string?, string), int> places)
    {
        // A session that is forgotten does not come back with its node.
        IEnumerable<KnownConnection> connections =
            from connection in node.Connections
            where _sessions!.Registry.Find(connection.Value.Owner, connection.Value.Client) == connection.Value
            select new KnownConnection(connection.Key, places[(connection.Value.Owner, connection.Value.Client)]);
        return new KnownNode(node.Key, node.Name, node.HeardAt, node.IsBuried, node.PlainCount, [.. node.Plain], [.. connections]);
    }

    /// <summary>Begins with a state. From the constructor.</summary>
    private void Restore(RoomState state)
    {
        _settings = state.Settings;
        CheckSettings();
        (_nodes.Last, _nodes.Age, _nodes.Begun) = (state.Last, state.Age, state.Begun);
        _clock!.Now = state.Last;
        Session[] sessions = _sessions is { } side ? [.. state.Sessions.Select(side.Registry.Restore)] : [];
        if (_sessions is not null)
        {
            _sessions.Presence.Counts = state.Presence;
        }

        foreach (KnownNode known in state.Nodes)
        {
            var node = new Backplane.Node(known.Key, known.Name) { HeardAt = known.HeardAt, IsBuried = known.IsBuried, PlainCount = known.PlainCount };
            node.Plain.UnionWith(known.Plain);
            if (!node.IsBuried)
            {
                _plain.UnionWith(known.Plain);
            }

            foreach (KnownConnection connection in known.Connections)
            {
                node.Connections.Add(connection.Id, sessions[connection.Session]);
            }

            _nodes.Add(node);
        }
    }
}
