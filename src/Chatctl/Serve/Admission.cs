using System.Net;
using System.Net.Sockets;
using Chatctl.Core;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>Who may join: how many in all, how many from one address, and from which networks. Of those it refuses the log is told once a second at most.</summary>
/// <remarks>Safe for use from any thread.</remarks>
/// <param name="limits">What holds.</param>
/// <param name="time">The clock for the log.</param>
/// <param name="logger">The log.</param>
internal sealed class Admission(AdmissionLimits limits, TimeProvider time, ILogger logger) : IAdmission, IDisposable
{
    private static readonly TimeSpan TellPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, long> _perAddress = [];
    private ITimer? _quiet;
    private long _clients;
    private long _untold;
    private string _lastUntold = "";

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

        Tell($"{Name(remote)}: {reason}");
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

    /// <summary>The address that counts: to a listener for both families an IPv4 peer comes as an IPv6 address.</summary>
    private static IPAddress? Address(EndPoint? remote) =>
        remote is not IPEndPoint { Address: var address } ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string Name(EndPoint? remote) => remote switch
    {
        IPEndPoint => $"{remote}",
        UnixDomainSocketEndPoint => "a client of a Unix socket",
        _ => "a client of unknown address",
    };

    private void Tell(string refusal)
    {
        lock (_gate)
        {
            if (_quiet is not null)
            {
                _untold++;
                _lastUntold = refusal;
                return;
            }

            _quiet = time.CreateTimer(_ => TellRest(), null, TellPeriod, TellPeriod);
        }

        RelayMessages.Refused(logger, refusal);
    }

    private void TellRest()
    {
        long untold;
        lock (_gate)
        {
            untold = _untold;
            _untold = 0;
            if (untold == 0)
            {
                _quiet?.Dispose();
                _quiet = null;
            }
        }

        if (untold > 0)
        {
            RelayMessages.RefusedMore(logger, untold, _lastUntold);
        }
    }
}
