using Sora.Gateway.ApiKeys;
using Sora.Gateway.Forwarding;
using Sora.Gateway.Reference;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway");
builder.AddDatabase("identitydb");
builder.AddApiKeys();
builder.AddRequestRules();
builder.AddForwarding();

var app = builder.Build();
app.UseRequestRules();
app.UseReferencePage();
app.UseApiKeys();
app.MapDefaultEndpoints();
app.MapReference();
app.MapForwarding();
app.Run();
