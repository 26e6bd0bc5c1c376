import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A client of Nimbus' oauth2-oidc-sdk: does what it is told by lines of JSON, and answers each with one. */
public final class Client {
  private OIDCProviderMetadata provider;
  private ClientSecretBasic secret;
  private URI redirectUri;
  private State state;
  private Nonce nonce;
  private CodeVerifier verifier;
  private JWT idToken;
  private BearerAccessToken accessToken;
  private RefreshToken refreshToken;
  private RefreshToken used;

  private Map<String, Object> configure(Map<String, Object> told) throws Exception {
    provider = OIDCProviderMetadata.resolve(new Issuer((String) told.get("issuer")));
    ClientID id = new ClientID((String) told.get("clientId"));
    secret = new ClientSecretBasic(id, new Secret((String) told.get("clientSecret")));
    redirectUri = URI.create((String) told.get("redirectUri"));
    return Map.of();
  }

  private Map<String, Object> begin(Map<String, Object> told) {
    state = new State();
    nonce = new Nonce();
    verifier = new CodeVerifier();
    Scope scope = new Scope();
    for (Object one : (List<?>) told.get("scopes")) scope.add((String) one);
    URI url =
        new AuthenticationRequest.Builder(ResponseType.CODE, scope, secret.getClientID(), redirectUri)
            .endpointURI(provider.getAuthorizationEndpointURI())
            .state(state)
            .nonce(nonce)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .build()
            .toURI();
    return Map.of("url", url.toString());
  }

  private TokenResponse ask(AuthorizationGrant grant) throws Exception {
    TokenRequest request = new TokenRequest.Builder(provider.getTokenEndpointURI(), secret, grant).build();
    // Sent by HttpURLConnection, with the Accept that it sends unasked.
    return OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
  }

  private Map<String, Object> finish(Map<String, Object> told) throws Exception {
    AuthenticationSuccessResponse back =
        AuthenticationResponseParser.parse(URI.create((String) told.get("callback"))).toSuccessResponse();
    if (!state.equals(back.getState())) throw new IllegalStateException("another state");
    if (!provider.getIssuer().equals(back.getIssuer())) throw new IllegalStateException("another iss");
    AuthorizationCode code = back.getAuthorizationCode();
    TokenResponse response = ask(new AuthorizationCodeGrant(code, redirectUri, verifier));
    if (!response.indicatesSuccess()) throw new IllegalStateException(response.toErrorResponse().toJSONObject().toString());
    OIDCTokenResponse tokens = (OIDCTokenResponse) response.toSuccessResponse();
    idToken = tokens.getOIDCTokens().getIDToken();
    accessToken = tokens.getOIDCTokens().getBearerAccessToken();
    refreshToken = tokens.getOIDCTokens().getRefreshToken();
    IDTokenValidator validator =
        new IDTokenValidator(
            provider.getIssuer(), secret.getClientID(), JWSAlgorithm.RS256, provider.getJWKSetURI().toURL());
    return Map.of(
        "claims", validator.validate(idToken, nonce).toJSONObject(), "hasRefreshToken", refreshToken != null);
  }

  private Map<String, Object> userinfo() throws Exception {
    UserInfoRequest request = new UserInfoRequest(provider.getUserInfoEndpointURI(), accessToken);
    UserInfoResponse response = UserInfoResponse.parse(request.toHTTPRequest().send());
    return Map.of("claims", response.toSuccessResponse().getUserInfo().toJSONObject());
  }

  private Map<String, Object> renew(RefreshToken with) throws Exception {
    TokenResponse response = ask(new RefreshTokenGrant(with));
    if (!response.indicatesSuccess()) {
      String code = response.toErrorResponse().getErrorObject().getCode();
      return Map.of("error", code == null ? "none that can be read" : code);
    }
    OIDCTokenResponse tokens = (OIDCTokenResponse) response.toSuccessResponse();
    used = with;
    accessToken = tokens.getOIDCTokens().getBearerAccessToken();
    refreshToken = tokens.getOIDCTokens().getRefreshToken();
    return Map.of("isNew", !with.equals(refreshToken));
  }

  private Map<String, Object> logout(Map<String, Object> told) {
    URI after = URI.create((String) told.get("afterLogout"));
    LogoutRequest request = new LogoutRequest(provider.getEndSessionEndpointURI(), idToken, after, new State("after"));
    return Map.of("url", request.toURI().toString());
  }

  private Map<String, Object> run(Map<String, Object> told) throws Exception {
    switch ((String) told.get("do")) {
      case "configure":
        return configure(told);
      case "begin":
        return begin(told);
      case "finish":
        return finish(told);
      case "userinfo":
        return userinfo();
      case "refresh":
        return renew(refreshToken);
      case "reuse":
        return renew(used);
      case "logout":
        return logout(told);
      default:
        throw new IllegalArgumentException("it cannot do that");
    }
  }

  public static void main(String[] words) throws Exception {
    Client client = new Client();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<String, Object> said;
      try {
        said = client.run(JSONObjectUtils.parse(line));
      } catch (Exception error) {
        said = Map.of("failure", error.toString());
      }
      System.out.println(com.nimbusds.jose.util.JSONObjectUtils.toJSONString(said));
      System.out.flush();
    }
  }
}
