using Chatctl.Cli;

return CommandLine.Run(args);
