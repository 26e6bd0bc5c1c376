"""A product in one file: its people sign in, it hears of every change, and its customers' administrators reach their settings."""

import os

import requests
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, request, session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

ROLLCALL_URL = os.environ["ROLLCALL_URL"]
PRODUCT_URL = os.environ["PRODUCT_URL"]

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]

# 1. Sign-in.
oauth = OAuth(app)
oauth.register(
    "rollcall",
    server_metadata_url=f"{ROLLCALL_URL}/oidc/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)


@app.get("/login")
def login():
    # Whose sign-in, where you know it: organization, or login_hint with an address. Else Rollcall asks.
    return oauth.rollcall.authorize_redirect(
        f"{PRODUCT_URL}/callback", organization=request.args.get("organization", "")
    )


@app.get("/callback")
def callback():
    claims = oauth.rollcall.authorize_access_token()["userinfo"]
    session["person"] = {"id": claims["sub"], "email": claims["email"], "organization": claims["org_slug"]}
    return redirect("/")


@app.get("/")
def home():
    person = session.get("person")
    return f"{person['email']} of {person['organization']}" if person else redirect("/login")


# 2. Webhooks: the body as it came, before anybody parses it.
@app.post("/webhooks")
def webhooks():
    try:
        event = Webhook(os.environ["WEBHOOK_SECRET"]).verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 400
    print(event["type"], event["subject"]["id"], flush=True)
    return "", 204


# 3. "Settings > Security", for administrators of a customer.
@app.get("/settings/security")
def security():
    person = session.get("person")
    if not person:
        return redirect("/login")
    answer = requests.post(
        f"{ROLLCALL_URL}/api/v1/organizations/{person['organization']}/portal-links",
        headers={"Authorization": f"Bearer {os.environ['OPERATOR_KEY']}"},
        json={"role": "admin", "email": person["email"], "returnUrl": f"{PRODUCT_URL}/"},
        timeout=10,
    )
    answer.raise_for_status()
    return redirect(answer.json()["url"])
