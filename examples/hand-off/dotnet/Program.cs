// A product in one file: its people sign in, it hears of every change, and its customers' administrators reach their settings.
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name);

var rollcall = Setting("ROLLCALL_URL");
var own = Setting("PRODUCT_URL");
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls($"http://127.0.0.1:{Setting("PORT")}");
builder.Services.AddHttpClient();
builder.Services.AddAuthorization();

// 1. Sign-in. The library makes state, nonce and PKCE, and checks the ID token.
builder.Services
    .AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
    .AddCookie(options => options.LoginPath = "/login")
    .AddOpenIdConnect(options =>
    {
        options.Authority = $"{rollcall}/oidc";
        options.ClientId = Setting("CLIENT_ID");
        options.ClientSecret = Setting("CLIENT_SECRET");
        options.ResponseType = "code";
        options.ResponseMode = "query";
        options.CallbackPath = "/callback";
        options.UsePkce = true;
        options.MapInboundClaims = false;
        options.Scope.Clear();
        foreach (var scope in new[] { "openid", "profile", "email" }) options.Scope.Add(scope);
        // Rollcall at http://localhost, for a first try.
        options.RequireHttpsMetadata = rollcall.StartsWith("https:");
        options.Events.OnRedirectToIdentityProvider = context =>
        {
            // Whose sign-in, where you know it: organization, or login_hint with an address. Else Rollcall asks.
            if (context.Request.Query["organization"].FirstOrDefault() is { Length: > 0 } organization)
                context.ProtocolMessage.SetParameter("organization", organization);
            return Task.CompletedTask;
        };
    });

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/login", () =>
    Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }, [OpenIdConnectDefaults.AuthenticationScheme]));

app.MapGet("/", (HttpContext context) => $"{context.User.FindFirst("email")?.Value} of {context.User.FindFirst("org_slug")?.Value}")
    .RequireAuthorization();

// 2. Webhooks (Standard Webhooks, HMAC): the body as it came, before anybody parses it.
app.MapPost("/webhooks", async (HttpRequest request) =>
{
    using var copy = new MemoryStream();
    await request.Body.CopyToAsync(copy);
    var body = copy.ToArray();
    string Header(string name) => request.Headers[name].ToString();
    var time = Header("webhook-timestamp");
    var signed = Encoding.UTF8.GetBytes($"{Header("webhook-id")}.{time}.").Concat(body).ToArray();
    var secret = Convert.FromBase64String(Setting("WEBHOOK_SECRET")["whsec_".Length..]);
    var right = Encoding.UTF8.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}");
    var isRight = Header("webhook-signature").Split(' ')
        .Any(one => CryptographicOperations.FixedTimeEquals(right, Encoding.UTF8.GetBytes(one)));
    var isFresh = long.TryParse(time, out var seconds) && Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds) <= 300;
    if (!isRight || !isFresh) return Results.BadRequest();
    var root = JsonDocument.Parse(body).RootElement;
    Console.WriteLine($"{root.GetProperty("type")} {root.GetProperty("subject").GetProperty("id")}");
    return Results.NoContent();
});

// 3. "Settings > Security", for administrators of a customer.
app.MapGet("/settings/security", async (HttpContext context, IHttpClientFactory clients) =>
{
    var organization = Uri.EscapeDataString(context.User.FindFirst("org_slug")!.Value);
    using var request = new HttpRequestMessage(HttpMethod.Post, $"{rollcall}/api/v1/organizations/{organization}/portal-links");
    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Setting("OPERATOR_KEY"));
    request.Content = JsonContent.Create(new { role = "admin", email = context.User.FindFirst("email")?.Value, returnUrl = $"{own}/" });
    using var answer = await clients.CreateClient().SendAsync(request);
    answer.EnsureSuccessStatusCode();
    var link = await answer.Content.ReadFromJsonAsync<JsonElement>();
    return Results.Redirect(link.GetProperty("url").GetString()!);
}).RequireAuthorization();

app.Run();
