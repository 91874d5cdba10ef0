using System.Runtime.InteropServices;
using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Core.Access;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>SIGHUP reads the file of <c>--auth</c> again. Who may not be in the room any more is disconnected. If the file is wrong, the old rules stay.</summary>
internal sealed class AccessReload : IDisposable
{
    // Two signals may come at once. The rules of the second reading count.
    private readonly Lock _gate = new();
    private readonly AuthFile _file;
    private readonly AccessControl _control;
    private readonly Room _room;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration? _registration;

    /// <summary>Begins to handle the signal. Without this it would end the process. Windows has it only when a console closes, and then the process ends.</summary>
    /// <param name="file">The file.</param>
    /// <param name="control">Gets the new rules.</param>
    /// <param name="room">The room.</param>
    /// <param name="logger">The log.</param>
    public AccessReload(AuthFile file, AccessControl control, Room room, ILogger logger)
    {
        (_file, _control, _room, _logger) = (file, control, room, logger);
        if (!OperatingSystem.IsWindows())
        {
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                Reload();
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _registration?.Dispose();

    private void Reload()
    {
        lock (_gate)
        {
            AccessRules rules;
            try
            {
                rules = _file.Read();
            }
            catch (UsageException e)
            {
                RelayMessages.RulesStay(_logger, e.Message);
                return;
            }

            _control.Rules = rules;
            RelayMessages.RulesRead(_logger, $"{_file}", rules.Count, _room.Reconsider());
        }
    }
}
