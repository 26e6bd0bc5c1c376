//! A client of the crate openidconnect: does what it is told by lines of JSON, and answers each with one.

use std::error::Error;
use std::io::{stdin, stdout, Write};

use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    reqwest, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RefreshToken, RequestTokenError, Scope, TokenResponse,
};
use serde_json::{json, Value};
use url::Url;

type Said = Result<Value, Box<dyn Error>>;

#[derive(Default)]
struct Kept {
    state: Option<CsrfToken>,
    nonce: Option<Nonce>,
    verifier: Option<PkceCodeVerifier>,
    tokens: Option<CoreTokenResponse>,
    id_token: Option<CoreIdToken>,
    refresh_token: Option<RefreshToken>,
    used: Option<RefreshToken>,
}

fn text<'a>(told: &'a Value, name: &str) -> &'a str {
    told[name].as_str().unwrap_or_default()
}

fn payload(token: &str) -> Said {
    let middle = token.split('.').nth(1).ok_or("it is no JWT")?;
    Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(middle)?)?)
}

fn serve(first: &Value, lines: &mut dyn Iterator<Item = Value>) -> Result<(), Box<dyn Error>> {
    let http = reqwest::blocking::ClientBuilder::new()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let issuer = IssuerUrl::new(text(first, "issuer").to_string())?;
    let metadata = ProviderMetadataWithLogout::discover(&issuer, &http)?;
    let end_session = metadata
        .additional_metadata()
        .end_session_endpoint
        .clone()
        .ok_or("it has no end_session_endpoint")?;
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(text(first, "clientId").to_string()),
        Some(ClientSecret::new(text(first, "clientSecret").to_string())),
    )
    .set_redirect_uri(RedirectUrl::new(text(first, "redirectUri").to_string())?);
    say(json!({}));

    let begin = |kept: &mut Kept, told: &Value| -> Said {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        // It adds openid itself.
        let scopes = told["scopes"].as_array().cloned().unwrap_or_default();
        for scope in scopes.iter().filter_map(Value::as_str) {
            if scope != "openid" {
                request = request.add_scope(Scope::new(scope.to_string()));
            }
        }
        let (url, state, nonce) = request.url();
        *kept = Kept {
            state: Some(state),
            nonce: Some(nonce),
            verifier: Some(verifier),
            ..Kept::default()
        };
        Ok(json!({ "url": url }))
    };
    let finish = |kept: &mut Kept, told: &Value| -> Said {
        let callback = Url::parse(text(told, "callback"))?;
        let find = |name: &str| {
            callback
                .query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        if find("state").as_ref() != kept.state.as_ref().map(CsrfToken::secret) {
            return Err("another state".into());
        }
        let code = AuthorizationCode::new(find("code").ok_or("no code")?);
        let verifier = kept.verifier.take().ok_or("nothing was begun")?;
        let tokens = client
            .exchange_code(code)?
            .set_pkce_verifier(verifier)
            .request(&http)?;
        let id_token = tokens.id_token().ok_or("no ID token")?.clone();
        let nonce = kept.nonce.as_ref().ok_or("nothing was begun")?;
        id_token.claims(&client.id_token_verifier(), nonce)?;
        let claims = payload(&id_token.to_string())?;
        kept.refresh_token = tokens.refresh_token().cloned();
        kept.id_token = Some(id_token);
        kept.tokens = Some(tokens);
        Ok(json!({ "claims": claims, "hasRefreshToken": kept.refresh_token.is_some() }))
    };
    let userinfo = |kept: &mut Kept| -> Said {
        let tokens = kept.tokens.as_ref().ok_or("nothing was finished")?;
        let claims: CoreUserInfoClaims = client
            .user_info(tokens.access_token().clone(), None)?
            .request(&http)?;
        Ok(json!({ "claims": claims }))
    };
    let renew = |kept: &mut Kept, with: Option<RefreshToken>| -> Said {
        let with = with.ok_or("no refresh token")?;
        match client.exchange_refresh_token(&with)?.request(&http) {
            Ok(tokens) => {
                let next = tokens.refresh_token().cloned();
                let is_new = next.as_ref().map(RefreshToken::secret) != Some(with.secret());
                kept.refresh_token = next;
                kept.used = Some(with);
                kept.tokens = Some(tokens);
                Ok(json!({ "isNew": is_new }))
            }
            Err(RequestTokenError::ServerResponse(refused)) => {
                Ok(json!({ "error": refused.error().to_string() }))
            }
            Err(other) => Err(other.into()),
        }
    };
    let logout = |kept: &mut Kept, told: &Value| -> Said {
        let after = PostLogoutRedirectUrl::new(text(told, "afterLogout").to_string())?;
        let url = LogoutRequest::from(end_session.clone())
            .set_id_token_hint(kept.id_token.as_ref().ok_or("nothing was finished")?)
            .set_post_logout_redirect_uri(after)
            .set_state(CsrfToken::new("after".to_string()))
            .http_get_url();
        Ok(json!({ "url": url }))
    };

    let mut kept = Kept::default();
    for told in lines {
        let said = match text(&told, "do") {
            "begin" => begin(&mut kept, &told),
            "finish" => finish(&mut kept, &told),
            "userinfo" => userinfo(&mut kept),
            "refresh" => {
                let with = kept.refresh_token.clone();
                renew(&mut kept, with)
            }
            "reuse" => {
                let with = kept.used.clone();
                renew(&mut kept, with)
            }
            "logout" => logout(&mut kept, &told),
            other => Err(format!("it cannot {other:?}").into()),
        };
        say(said.unwrap_or_else(|error| json!({ "failure": error.to_string() })));
    }
    Ok(())
}

fn say(said: Value) {
    println!("{said}");
    // A pipe that is gone ends it with the next line.
    let _ = stdout().flush();
}

fn main() {
    let mut lines = stdin()
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str(&line).ok());
    if let Some(first) = lines.next() {
        if let Err(error) = serve(&first, &mut lines) {
            say(json!({ "failure": error.to_string() }));
        }
    }
}
