using Sora.ServiceDefaults;
using Sora.Simulator;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("simulator");
builder.AddSimulator();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapSimulator();
app.Run();
