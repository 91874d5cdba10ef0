using System.Net;
using System.Net.Sockets;
using Chatctl.Core;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>Decides which clients may join: how many in all, how many from one address, and from which networks. It logs refusals at most once a second.</summary>
/// <remarks>Safe for use from any thread.</remarks>
/// <param name="limits">The limits.</param>
/// <param name="time">The clock for the log.</param>
/// <param name="logger">The log.</param>
internal sealed class Admission(AdmissionLimits limits, TimeProvider time, ILogger logger) : IAdmission, IDisposable
{
    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, long> _perAddress = [];
    private ITimer? _quiet;
    private long _clients;
    private long _unlogged;
    private string _lastUnlogged = "";

    /// <inheritdoc/>
    public bool Admits(EndPoint? remote, out string reason)
    {
        IPAddress? address = Address(remote);
        lock (_gate)
        {
            long here = address is null ? 0 : _perAddress.GetValueOrDefault(address);
            reason = !limits.Networks.Admit(remote, address) ? "its address is not allowed"
                : _clients >= limits.Clients ? $"the room is full ({limits.Clients} clients)"
                : address is not null && here >= limits.ClientsPerAddress ? $"there are {here} clients from its address already"
                : "";
            if (reason.Length == 0)
            {
                _clients++;
                if (address is not null)
                {
                    _perAddress[address] = here + 1;
                }

                return true;
            }
        }

        Log($"{Name(remote)}: {reason}");
        return false;
    }

    /// <inheritdoc/>
    public void Left(EndPoint? remote)
    {
        lock (_gate)
        {
            _clients--;
            if (Address(remote) is { } address && --_perAddress[address] == 0)
            {
                _perAddress.Remove(address);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _quiet?.Dispose();

    /// <summary>The address that counts. A listener for both families sees an IPv4 peer as an IPv6 address, so that is mapped back.</summary>
    private static IPAddress? Address(EndPoint? remote) =>
        remote is not IPEndPoint { Address: var address } ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string Name(EndPoint? remote) => remote switch
    {
        IPEndPoint => $"{remote}",
        UnixDomainSocketEndPoint => "a client of a Unix socket",
        _ => "a client of unknown address",
    };

    private void Log(string refusal)
    {
        lock (_gate)
        {
            if (_quiet is not null)
            {
                _unlogged++;
                _lastUnlogged = refusal;
                return;
            }

            _quiet = time.CreateTimer(_ => LogRest(), null, LogPeriod, LogPeriod);
        }

        RelayMessages.KeptOut(logger, refusal);
    }

    private void LogRest()
    {
        long unlogged;
        lock (_gate)
        {
            unlogged = _unlogged;
            _unlogged = 0;
            if (unlogged == 0)
            {
                _quiet?.Dispose();
                _quiet = null;
            }
        }

        if (unlogged > 0)
        {
            RelayMessages.KeptOutMore(logger, unlogged, _lastUnlogged);
        }
    }
}
