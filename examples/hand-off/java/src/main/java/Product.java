import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.minidev.json.JSONObject;

/** A product in one file: its people sign in, it hears of every change, and its customers' administrators reach their settings. */
public final class Product {
  private static final String ROLLCALL_URL = System.getenv("ROLLCALL_URL");
  private static final String PRODUCT_URL = System.getenv("PRODUCT_URL");

  private record Begun(State state, Nonce nonce, CodeVerifier verifier) {}

  private record Person(String id, String email, String organization) {}

  private interface Page {
    void answer(HttpExchange exchange) throws Exception;
  }

  // In a product these are rows.
  private final Map<String, Begun> begun = new ConcurrentHashMap<>();
  private final Map<String, Person> people = new ConcurrentHashMap<>();
  private final OIDCProviderMetadata issuer;
  private final ClientSecretBasic client;
  private final URI callback = URI.create(PRODUCT_URL + "/callback");

  private Product() throws Exception {
    issuer = OIDCProviderMetadata.resolve(new Issuer(ROLLCALL_URL + "/oidc"));
    client = new ClientSecretBasic(new ClientID(System.getenv("CLIENT_ID")), new Secret(System.getenv("CLIENT_SECRET")));
  }

  // 1. Sign-in.
  private void login(HttpExchange exchange) throws Exception {
    Begun one = new Begun(new State(), new Nonce(), new CodeVerifier());
    String id = UUID.randomUUID().toString();
    begun.put(id, one);
    URI to =
        new AuthenticationRequest.Builder(ResponseType.CODE, new Scope("openid", "profile", "email"), client.getClientID(), callback)
            .endpointURI(issuer.getAuthorizationEndpointURI())
            .state(one.state())
            .nonce(one.nonce())
            .codeChallenge(one.verifier(), CodeChallengeMethod.S256)
            // Whose sign-in, where you know it: organization, or login_hint with an address. Else Rollcall asks.
            .customParameter("organization", query(exchange, "organization"))
            .build()
            .toURI();
    setCookie(exchange, "login", id);
    redirect(exchange, to.toString());
  }

  private void callback(HttpExchange exchange) throws Exception {
    var back = AuthenticationResponseParser.parse(URI.create(PRODUCT_URL + exchange.getRequestURI()));
    Begun one = begun.remove(cookie(exchange, "login"));
    if (one == null || !back.indicatesSuccess() || !one.state().equals(back.getState())) {
      send(exchange, 400, "Not begun here.");
      return;
    }
    var code = new AuthorizationCodeGrant(back.toSuccessResponse().getAuthorizationCode(), callback, one.verifier());
    var request = new TokenRequest.Builder(issuer.getTokenEndpointURI(), client, code).build();
    var response = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
    if (!response.indicatesSuccess()) {
      send(exchange, 502, "Rollcall gave no tokens.");
      return;
    }
    var tokens = ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
    var validator =
        new IDTokenValidator(issuer.getIssuer(), client.getClientID(), JWSAlgorithm.RS256, issuer.getJWKSetURI().toURL());
    IDTokenClaimsSet claims = validator.validate(tokens.getIDToken(), one.nonce());
    String session = UUID.randomUUID().toString();
    people.put(
        session,
        new Person(claims.getSubject().getValue(), claims.getStringClaim("email"), claims.getStringClaim("org_slug")));
    setCookie(exchange, "session", session);
    redirect(exchange, "/");
  }

  private void home(HttpExchange exchange) throws IOException {
    Person person = people.get(cookie(exchange, "session"));
    if (person == null) redirect(exchange, "/login");
    else send(exchange, 200, person.email() + " of " + person.organization());
  }

  // 2. Webhooks (Standard Webhooks, HMAC): the body as it came, before anybody parses it.
  private void webhooks(HttpExchange exchange) throws Exception {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String id = header(exchange, "webhook-id");
    String time = header(exchange, "webhook-timestamp");
    byte[] secret = Base64.getDecoder().decode(System.getenv("WEBHOOK_SECRET").substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
    byte[] right = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
    boolean isRight = false;
    for (String one : header(exchange, "webhook-signature").split(" "))
      isRight |= MessageDigest.isEqual(right, one.getBytes(StandardCharsets.UTF_8));
    if (!isRight || Math.abs(Instant.now().getEpochSecond() - Long.parseLong(time)) > 300) {
      send(exchange, 400, "");
      return;
    }
    Map<String, Object> event = JSONObjectUtils.parse(new String(body, StandardCharsets.UTF_8));
    System.out.println(event.get("type") + " " + ((Map<?, ?>) event.get("subject")).get("id"));
    exchange.sendResponseHeaders(204, -1);
  }

  // 3. "Settings > Security", for administrators of a customer.
  private void security(HttpExchange exchange) throws Exception {
    Person person = people.get(cookie(exchange, "session"));
    if (person == null) {
      redirect(exchange, "/login");
      return;
    }
    String body =
        JSONObject.toJSONString(Map.of("role", "admin", "email", person.email(), "returnUrl", PRODUCT_URL + "/"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ROLLCALL_URL + "/api/v1/organizations/" + person.organization() + "/portal-links"))
            .header("Authorization", "Bearer " + System.getenv("OPERATOR_KEY"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == 201) redirect(exchange, (String) JSONObjectUtils.parse(answer.body()).get("url"));
    else send(exchange, 502, "Rollcall made no link.");
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private static String cookie(HttpExchange exchange, String name) {
    for (String one : header(exchange, "Cookie").split("; ")) if (one.startsWith(name + "=")) return one.substring(name.length() + 1);
    return "";
  }

  private static String query(HttpExchange exchange, String name) {
    String query = exchange.getRequestURI().getQuery();
    if (query != null) for (String one : query.split("&")) if (one.startsWith(name + "=")) return one.substring(name.length() + 1);
    return "";
  }

  private static void setCookie(HttpExchange exchange, String name, String value) {
    String secure = PRODUCT_URL.startsWith("https:") ? "; Secure" : "";
    exchange.getResponseHeaders().add("Set-Cookie", name + "=" + value + "; HttpOnly; SameSite=Lax; Path=/" + secure);
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) exchange.getResponseBody().write(bytes);
  }

  public static void main(String[] words) throws Exception {
    Product product = new Product();
    Map<String, Page> pages =
        Map.of(
            "/login", product::login,
            "/callback", product::callback,
            "/webhooks", product::webhooks,
            "/settings/security", product::security,
            "/", product::home);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            Page page = pages.get(exchange.getRequestURI().getPath());
            if (page == null) send(exchange, 404, "");
            else page.answer(exchange);
          } catch (Exception fault) {
            fault.printStackTrace();
            send(exchange, 500, "");
          }
        });
    server.start();
  }
}
