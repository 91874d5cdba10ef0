using System.Net;
using System.Net.Sockets;
using Chatctl.Core.Access;

namespace Chatctl.Serve;

/// <summary>Applies the rules of access that a room has at the moment, and slows down who guesses tokens.</summary>
/// <remarks>Safe for use from any thread.</remarks>
/// <param name="rules">The first rules.</param>
/// <param name="time">The clock for guesses.</param>
internal sealed class AccessControl(AccessRules rules, TimeProvider time) : IAccess
{
    private readonly Guesses _guesses = new(time);
    private volatile AccessRules _rules = rules;

    /// <summary>The rules. After a change call <see cref="Core.Room.Reconsider"/>.</summary>
    public AccessRules Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <inheritdoc/>
    public Principal? Identify(Peer peer) => _rules.Find(peer);

    /// <inheritdoc/>
    public TokenAnswer Check(Peer peer, string token)
    {
        if (!IsPrivate(peer))
        {
            return new TokenAnswer(TokenResult.InTheClear);
        }

        string source = Source(peer);
        if (_guesses.WaitOf(source) is var wait && wait > TimeSpan.Zero)
        {
            return new TokenAnswer(TokenResult.TooManyGuesses, Wait: wait);
        }

        if (_rules.Find(token) is not { } principal)
        {
            _guesses.Failed(source);
            return new TokenAnswer(TokenResult.Wrong);
        }

        _guesses.Succeeded(source);
        return new TokenAnswer(TokenResult.Accepted, principal);
    }

    /// <inheritdoc/>
    public bool IsStill(Principal principal) => _rules.Holds(principal);

    /// <inheritdoc/>
    public string? OwnerOf(string name) => _rules.OwnerOf(name);

    /// <summary>Whether nobody on the way could read what the peer has sent: there is no way, or it is encrypted.</summary>
    private static bool IsPrivate(Peer peer) => peer.IsEncrypted || peer.Address switch
    {
        IPEndPoint { Address: var address } => IPAddress.IsLoopback(address),
        UnixDomainSocketEndPoint => true,
        _ => false,
    };

    /// <summary>Whose guesses count together. A client with one address of IPv6 has all that share its first 64 bits. Over a Unix socket, the user counts.</summary>
    private static string Source(Peer peer)
    {
        if (peer.Address is not IPEndPoint { Address: var address })
        {
            return $"user {peer.UserName}";
        }

        if (address.IsIPv4MappedToIPv6 || address.AddressFamily == AddressFamily.InterNetwork)
        {
            return $"{address.MapToIPv4()}";
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(bytes.Length / 2).Clear();
        return $"{new IPAddress(bytes)}";
    }
}
