using BenchmarkDotNet.Running;

// What the room costs without a socket: dotnet run -c Release --project tests/microbenchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
