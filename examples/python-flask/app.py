"""A product that sells to companies, in Flask: Authlib signs people in, webhooks bring what their directory does."""

import os
import secrets
from urllib.parse import urlencode

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, render_template, request, session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

ROLLCALL_URL = os.environ["ROLLCALL_URL"]
PRODUCT_URL = os.environ["PRODUCT_URL"]
WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=PRODUCT_URL.startswith("https:"))

oauth = OAuth(app)
oauth.register(
    "rollcall",
    server_metadata_url=f"{ROLLCALL_URL}/oidc/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={"scope": "openid profile email organization", "code_challenge_method": "S256"},
)

# In a product these are tables. People by their id, sessions by a random one that the cookie carries.
people = {}
sessions = {}


def who():
    """Whoever is signed in; None for nobody."""
    return sessions.get(session.get("id"))


# 1. Sign-in and sign-out.
@app.get("/login")
def login():
    # Whose sign-in, where it is known: organization, or login_hint with an address. Else Rollcall asks.
    hints = {name: request.args[name] for name in ("organization", "login_hint") if name in request.args}
    return oauth.rollcall.authorize_redirect(f"{PRODUCT_URL}/callback", **hints)


@app.get("/callback")
def callback():
    try:
        tokens = oauth.rollcall.authorize_access_token()
    except OAuthError as refusal:
        return render_template("refused.html", reason=refusal.description or refusal.error), 403
    session["id"] = secrets.token_urlsafe(32)
    sessions[session["id"]] = {**tokens["userinfo"], "id_token": tokens["id_token"]}
    return redirect("/")


@app.post("/logout")
def logout():
    person = sessions.pop(session.pop("id", None), None)
    if person is None:
        return redirect("/")
    end = oauth.rollcall.load_server_metadata()["end_session_endpoint"]
    back = {"id_token_hint": person["id_token"], "post_logout_redirect_uri": f"{PRODUCT_URL}/"}
    return redirect(f"{end}?{urlencode(back)}")


@app.get("/")
def home():
    person = who()
    if person is None:
        return render_template("welcome.html")
    own = [one for one in people.values() if one["organization"] == person["org_id"]]
    return render_template("people.html", person=person, people=sorted(own, key=lambda one: one["name"]))


# 2. Webhooks: the body as it came, before anybody parses it. They come at least once and in any order.
@app.post("/webhooks")
def webhooks():
    try:
        event = WEBHOOK.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 400
    if event["subject"]["type"] == "user":
        keep(event)
    return "", 204


def keep(event):
    """The newest event of a person wins: their ids sort by time."""
    user_id = event["subject"]["id"]
    if people.get(user_id, {"event": ""})["event"] >= event["id"]:
        return
    state = event["data"].get("state", {"active": False, **people.get(user_id, {})})
    is_gone = event["type"] == "user.deprovisioned"
    people[user_id] = {
        "event": event["id"],
        "organization": event["organization"]["id"],
        "name": state.get("displayName") or state.get("name") or state.get("userName", user_id),
        "email": state.get("email"),
        "active": state["active"] and not is_gone,
    }
    # Another role, and whatever else ends sessions, is a reason to sign in anew.
    if not people[user_id]["active"] or event["type"] in ("user.role_changed", "user.sessions_ended"):
        for key in [key for key, one in sessions.items() if one["sub"] == user_id]:
            del sessions[key]


# 3. Settings > Security, for administrators of a customer.
@app.post("/settings/security")
def security():
    person = who()
    if person is None or person["role"] == "member":
        return redirect("/")
    answer = requests.post(
        f"{ROLLCALL_URL}/api/v1/organizations/{person['org_slug']}/portal-links",
        headers={"Authorization": f"Bearer {os.environ['OPERATOR_KEY']}"},
        json={"role": person["role"], "email": person["email"], "returnUrl": f"{PRODUCT_URL}/"},
        timeout=10,
    )
    answer.raise_for_status()
    return redirect(answer.json()["url"], 303)
