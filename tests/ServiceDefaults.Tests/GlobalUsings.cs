global using Sora.ServiceDefaults.Tests.Drivers;
global using Xunit;
