using Sora.Gateway.Accounts;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Audit;
using Sora.Gateway.Forwarding;
using Sora.Gateway.Projects;
using Sora.Gateway.RateLimiting;
using Sora.Gateway.Reference;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway").AddDatabase("identitydb");
builder.AddApiKeys();
builder.AddPeople();
builder.AddAudit();
builder.AddRequestRules().AddRateLimits();
builder.AddForwarding();

var app = builder.Build();
app.UseRequestRules();
app.UseReferencePage();
app.UseApiKeys();
app.MapDefaultEndpoints();
app.MapApiKeys().MapPeople().MapProjects().MapAudit().MapReference();
app.MapForwarding();
app.Run();
