"""A client of Authlib: does what it is told by lines of JSON, and answers each with one."""

import json
import os
import sys
from urllib.parse import urlencode

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet


class Client:
    def configure(self, told):
        self.told = told
        self.http = OAuth2Session()
        self.document = self.http.request("GET", f"{told['issuer']}/.well-known/openid-configuration", withhold_token=True).json()
        return {}

    def begin(self, told):
        self.session = OAuth2Session(
            self.told["clientId"],
            self.told["clientSecret"],
            scope=" ".join(told["scopes"]),
            redirect_uri=self.told["redirectUri"],
            code_challenge_method="S256",
            token_endpoint=self.document["token_endpoint"],
        )
        self.nonce, self.verifier = generate_token(), generate_token(48)
        url, self.state = self.session.create_authorization_url(
            self.document["authorization_endpoint"], nonce=self.nonce, code_verifier=self.verifier
        )
        return {"url": url}

    def finish(self, told):
        token = self.session.fetch_token(
            self.document["token_endpoint"],
            authorization_response=told["callback"],
            state=self.state,
            code_verifier=self.verifier,
        )
        keys = self.http.request("GET", self.document["jwks_uri"], withhold_token=True).json()
        decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=["RS256"])
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"value": self.document["issuer"]}},
            {"nonce": self.nonce, "client_id": self.told["clientId"], "access_token": token["access_token"]},
        )
        claims.validate(leeway=60)
        self.id_token = token["id_token"]
        return {"claims": dict(claims), "hasRefreshToken": "refresh_token" in token}

    def userinfo(self, _told):
        answer = self.session.get(self.document["userinfo_endpoint"])
        answer.raise_for_status()
        return {"claims": answer.json()}

    def refresh(self, _told):
        return self.renew(self.session.token["refresh_token"])

    def reuse(self, _told):
        return self.renew(self.used)

    def renew(self, refresh_token):
        # It sends the scope of the session again.
        try:
            token = self.session.refresh_token(self.document["token_endpoint"], refresh_token=refresh_token)
        except OAuthError as error:
            return {"error": error.error}
        self.used = refresh_token
        return {"isNew": token["refresh_token"] != refresh_token}

    def logout(self, told):
        query = {
            "id_token_hint": self.id_token,
            "post_logout_redirect_uri": told["afterLogout"],
            "state": "after",
        }
        return {"url": f"{self.document['end_session_endpoint']}?{urlencode(query)}"}


client = Client()
for line in sys.stdin:
    told = json.loads(line)
    try:
        said = getattr(client, told["do"])(told)
    except Exception as error:  # What it does not take is the answer.
        said = {"failure": repr(error)}
    print(json.dumps(said), flush=True)
