global using Sora.VideoService.Tests.Drivers;
global using Xunit;
