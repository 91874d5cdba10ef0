using Chatctl.Core.Backplane;
using Chatctl.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core;

/// <content>The nodes of a room with a backplane: which there are, and what becomes of the members of one that is not heard of. All is under the lock unless it says otherwise.</content>
public sealed partial class Room
{
    // Each node numbers its members by itself. Numbers stay below 2^53, up to which every JSON parser is exact.
    private const long IdsOfNode = 1_000_000_000;

    private readonly Nodes _nodes = new();
    private Backplane.Node? _thisNode;
    private readonly List<Action<ILogger>> _nodeNews = [];
    private string _settings = "";

    /// <summary>Why the other nodes do not let this one in; null if they have not refused it. Not under the lock.</summary>
    internal string? Refusal { get; private set; }

    /// <summary>Whether this node has begun. Not under the lock.</summary>
    internal bool HasBegun => Volatile.Read(ref _thisNode) is not null;

    /// <summary>How many plain members this node has.</summary>
    private int PlainCount => _members.Count - _greeted - _strangers;

    /// <summary>How many plain members the other nodes have.</summary>
    private int PlainCountElsewhere => _nodes.All.Where(node => node != _thisNode && !node.IsBuried).Sum(node => node.PlainCount);

    /// <summary>This node asks the others to begin. Not under the lock.</summary>
    internal void ProposeBegin(string name)
    {
        lock (_gate)
        {
            _proposals!.Add(ProposalKind.Begin, id: 0, number: 0, BatchText.Write(name, RoomSettings.Of(_options), SessionSide.NewEpoch()));
        }
    }

    /// <summary>This node has stopped: nothing more comes from it. Not under the lock.</summary>
    internal void ProposeStop()
    {
        lock (_gate)
        {
            _proposals!.Add(ProposalKind.Stop, id: 0);
        }
    }

    /// <summary>Lets the other nodes hear of this one, and proposes to bury those that are silent. Not under the lock.</summary>
    internal void Tend()
    {
        lock (_gate)
        {
            _proposals!.Beat();
            foreach (Backplane.Node node in _nodes.All)
            {
                if (node != _thisNode && _nodes.IsSilent(node))
                {
                    _proposals.Add(ProposalKind.Bury, id: 0, node.Key);
                }
            }
        }
    }

    /// <summary>An entry of a node is applied.</summary>
    private void Hear(string key, int plain)
    {
        if (_nodes.Find(key) is not { } node)
        {
            return;
        }

        node.HeardAt = _nodes.Age;
        node.PlainCount = plain;
        if (node.IsBuried)
        {
            Unbury(node);
            Tell(logger => BackplaneMessages.Back(logger, node.Name));
        }
    }

    private void ApplyBegin(string key, string?[] texts)
    {
        (string name, string settings, string epoch) = (texts[0]!, texts[1]!, texts[2]!);
        bool isThis = key == _backplane!.Node;

        // Nodes were there that have not stopped, and not one of them was heard of for two beats. So all may have died together with the log's engine, and nobody is left who
        // knows whether it has lost something. The positions of before stay good as far as the log goes.
        bool mayBeLost = _nodes.All.Any() && _nodes.Silence > 2 * Nodes.Beat;

        // A node that was started again has the name of the one before it, whose members are gone.
        foreach (Backplane.Node before in _nodes.All.Where(node => node.Name == name).ToArray())
        {
            Bury(before);
            _nodes.Remove(before);
            if (before == _thisNode)
            {
                Refusal = $"another server has begun as node {name}; each server of a room needs a name of its own";
            }
        }

        _settings = _settings.Length > 0 ? _settings : settings;
        CheckSettings();
        if (settings != _settings)
        {
            return;
        }

        foreach (Backplane.Node gone in _nodes.All.Where(node => node.IsBuried && _nodes.Age - node.HeardAt > Nodes.Memory).ToArray())
        {
            _nodes.Remove(gone);
        }

        if (_sessions is { Epochs.Current: "" } side)
        {
            side.Epochs.Begin(epoch);
        }
        else if (mayBeLost)
        {
            BeginEpoch(epoch, _sequencer.Next);
        }

        var node = new Backplane.Node(key, name) { HeardAt = _nodes.Age };
        _nodes.Add(node);
        long first = _nodes.Begun++ * IdsOfNode;
        if (isThis)
        {
            _lastId = _firstId = first;
            _firstSequence = _sequencer.Next;
            Volatile.Write(ref _thisNode, node);
        }

        int count = _nodes.All.Count(one => !one.IsBuried);
        Tell(logger => BackplaneMessages.Begun(logger, name, count));
    }

    /// <summary>
    /// What was said under other settings cannot be read with these. So the first node decides for as long as the log lives.
    /// </summary>
    private void CheckSettings()
    {
        string settings = RoomSettings.Of(_options);
        if (_settings.Length > 0 && settings != _settings)
        {
            Refusal = $"this room has begun with {_settings}, and this server has {settings}; to change that, stop all its servers and begin the room anew";
        }
    }

    /// <summary>A node has stopped by itself.</summary>
    private void ApplyStop(Backplane.Node node)
    {
        Bury(node);
        _nodes.Remove(node);
        int count = _nodes.All.Count(one => !one.IsBuried);
        Tell(logger => BackplaneMessages.Stopped(logger, node.Name, count));
    }

    /// <summary>A node has not been heard of for too long.</summary>
    private void ApplyBury(Backplane.Node node)
    {
        Bury(node);
        Tell(logger => BackplaneMessages.Silent(logger, node.Name));
    }

    /// <summary>Logs something about the nodes once the lock is released, unless it was long before this node.</summary>
    private void Tell(Action<ILogger> message)
    {
        if (_thisNode is not null)
        {
            _nodeNews.Add(message);
        }
    }

    private Action<ILogger>[] TakeNodeNews()
    {
        Action<ILogger>[] news = [.. _nodeNews];
        _nodeNews.Clear();
        return news;
    }

    /// <summary>A node counts as gone: its members have left.</summary>
    private void Bury(Backplane.Node node)
    {
        if (node.IsBuried)
        {
            return;
        }

        node.IsBuried = true;
        const string reason = "lost";
        foreach ((long connection, Session session) in node.Connections)
        {
            if (session.Connection == connection)
            {
                _sessions!.Registry.Close(session);
                _sessions.Presence.Left(session, reason);
            }
        }

        foreach (long plain in node.Plain)
        {
            TellPlainLeave(plain, reason);
        }
    }

    /// <summary>A node was only cut off: its members are back, except for the sessions that have another connection by now.</summary>
    private void Unbury(Backplane.Node node)
    {
        node.IsBuried = false;
        foreach ((long connection, Session session) in node.Connections.ToArray())
        {
            if (!_sessions!.Registry.TryReopen(session, connection))
            {
                node.Connections.Remove(connection);
                if (node == _thisNode && _local.TryGetValue(connection, out Member? member))
                {
                    EvictNow(member, EvictionReason.Replaced);
                }

                continue;
            }

            _sessions.Presence.Joined(session);
            TellName(session);
        }

        foreach (long plain in node.Plain)
        {
            TellPlainJoin(plain);
        }
    }

    /// <summary>A session is told its name, if its connection is one of this node's.</summary>
    private static void TellName(Session session)
    {
        if (session.Member?.Link is { } link)
        {
            link.Answers.Encoder.Name(session.Name);
            link.Tell();
        }
    }
}
