global using Sora.StorageWorker.Tests.Drivers;
global using Xunit;

[assembly: AssemblyFixture(typeof(StorageSystem))]
