using System.Security.Cryptography;

namespace Chatctl.Core.Access;

/// <summary>Who may be in a room. It never changes: new rules are another object.</summary>
/// <remarks>Safe for use from any thread.</remarks>
public sealed class AccessRules
{
    private readonly Dictionary<string, Principal> _byProof = [];
    private readonly List<(byte[] Hash, Principal Principal)> _tokens = [];

    // By the form in which names are compared.
    private readonly Dictionary<string, string> _names = [];

    /// <summary>Makes rules of lines that have been read.</summary>
    /// <exception cref="BadRuleException">They do not fit together, or there are none.</exception>
    internal AccessRules(IEnumerable<(int Line, Principal Principal)> lines)
    {
        foreach ((int line, Principal principal) in lines)
        {
            string key = Sessions.NameKey.Of(principal.Name);
            if (_names.TryGetValue(key, out string? known) && known != principal.Name)
            {
                throw new BadRuleException(line, $"the name '{principal.Name}' is the same as '{known}', which is written in another way");
            }

            _names[key] = principal.Name;
            if (!_byProof.TryAdd(principal.Proof, principal))
            {
                throw new BadRuleException(line, $"this proof is in an earlier line already, for '{_byProof[principal.Proof].Name}'");
            }

            if (principal.Proof.StartsWith(AccessToken.ProofPrefix, StringComparison.Ordinal))
            {
                _tokens.Add((Convert.FromHexString(principal.Proof.AsSpan(AccessToken.ProofPrefix.Length)), principal));
            }
        }

        // A second session of ann's gets the name ann-2.
        foreach ((int line, Principal principal) in lines)
        {
            if (Stem(Sessions.NameKey.Of(principal.Name)) is { } stem && _names.TryGetValue(stem, out string? other))
            {
                throw new BadRuleException(line, $"the name '{principal.Name}' looks like that of another session of '{other}'");
            }
        }

        if (_byProof.Count == 0)
        {
            throw new BadRuleException(null, "nobody may join: there is no line with a name");
        }
    }

    /// <summary>How many lines there are: proofs, and not names.</summary>
    public int Count => _byProof.Count;

    /// <summary>Says who a peer is by what its transport knows: by its certificate, and otherwise by its user.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>Null if that does not say it.</returns>
    public Principal? Find(Peer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return (peer.CertificateName is { } name ? _byProof.GetValueOrDefault(RuleSyntax.Certificate + name) : null)
            ?? (peer.UserName is { } user ? _byProof.GetValueOrDefault(RuleSyntax.User + user) : null);
    }

    /// <summary>Says whose a token is; null if it is nobody's. The time that it takes says nothing about the tokens of the rules.</summary>
    /// <param name="token">The token.</param>
    public Principal? Find(string token)
    {
        // Also nobody can write the hash of a password into the rules, which would be easy to guess.
        if (!AccessToken.IsToken(token))
        {
            return null;
        }

        byte[] hash = AccessToken.Hash(token);
        Principal? found = null;
        foreach ((byte[] known, Principal principal) in _tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? principal : found;
        }

        return found;
    }

    /// <summary>Whether there is a line that says the same.</summary>
    /// <param name="principal">What the line has to say.</param>
    public bool Holds(Principal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return _byProof.GetValueOrDefault(principal.Proof) == principal;
    }

    /// <summary>As <see cref="IAccess.OwnerOf"/>.</summary>
    /// <param name="name">The name.</param>
    public string? OwnerOf(string name)
    {
        string key = Sessions.NameKey.Of(name);
        return _names.GetValueOrDefault(key) ?? (Stem(key) is { } stem ? _names.GetValueOrDefault(stem) : null);
    }

    /// <summary>A name without the number at its end; null if it has none.</summary>
    private static string? Stem(string key)
    {
        int hyphen = key.LastIndexOf('-');
        return hyphen > 0 && hyphen + 1 < key.Length && key.AsSpan(hyphen + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? key[..hyphen] : null;
    }
}
