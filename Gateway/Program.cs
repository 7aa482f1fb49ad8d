using Sora.Gateway.ApiKeys;
using Sora.Gateway.Audit;
using Sora.Gateway.Forwarding;
using Sora.Gateway.Projects;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway").AddDatabase("identitydb");
builder.AddApiKeys();
builder.AddRequestRules();
builder.AddForwarding();
builder.AddAudit();

var app = builder.Build();
app.UseRequestRules();
app.UseApiKeys();
app.MapDefaultEndpoints();
app.MapApiKeys();
app.MapProjects();
app.MapAudit();
app.MapForwarding();
app.Run();
