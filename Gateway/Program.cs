using Sora.Gateway.Accounts;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Forwarding;
using Sora.Gateway.Projects;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway");
builder.AddDatabase("identitydb");
builder.AddApiKeys();
builder.AddPeople();
builder.AddRequestRules();
builder.AddForwarding();

var app = builder.Build();
app.UseRequestRules();
app.UseApiKeys();
app.MapDefaultEndpoints();
app.MapProjects();
app.MapPeople();
app.MapForwarding();
app.Run();
