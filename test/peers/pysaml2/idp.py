"""An identity provider on pysaml2's Server: one person, whom it asks for a password, and single logout both ways."""

import html
import json
import os
import secrets
import subprocess
import sys
from functools import partial
from importlib.metadata import version
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import saml2.entity
import saml2.sigver
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

base = os.environ["BASE"]
folder = os.environ["FOLDER"]
email = os.environ["EMAIL"]
password = os.environ["PASSWORD"]

# What it does by itself is 3DES; these are what its own functions take instead.
contents = {
    "AES-GCM": ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "aes-256"),
    "AES-CBC": ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "aes-256"),
}
state = {"keys": 0, "metadata": None, "encryption": None, "sessions": {}, "server": None}
prepare = saml2.entity.pre_encryption_part
encrypt = saml2.sigver.SecurityContext.encrypt_assertion


def new_key():
    state["keys"] += 1
    key, certificate = (f"{folder}/{kind}{state['keys']}.pem" for kind in ("key", "certificate"))
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=pysaml2"]
    subprocess.run([*words, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    state["key"], state["certificate"] = key, certificate


def configure():
    metadata = {}
    if state["metadata"] is not None:
        path = f"{folder}/sp.xml"
        with open(path, "w", encoding="utf-8") as written:
            written.write(state["metadata"])
        metadata = {"local": [path]}
    if state["encryption"] is not None:
        algorithm, key_type = contents[state["encryption"]]
        saml2.entity.pre_encryption_part = partial(prepare, msg_enc=algorithm)

        def encrypt_with(self, statement, enc_key, template, _key_type=None, node_xpath=None):
            return encrypt(self, statement, enc_key, template, key_type, node_xpath)

        saml2.sigver.SecurityContext.encrypt_assertion = encrypt_with
    config = IdPConfig().load(
        {
            "entityid": f"{base}/metadata",
            "service": {
                "idp": {
                    "name": "pysaml2",
                    "endpoints": {
                        "single_sign_on_service": [
                            (f"{base}/sso", BINDING_HTTP_REDIRECT),
                            (f"{base}/sso", BINDING_HTTP_POST),
                        ],
                        "single_logout_service": [
                            (f"{base}/slo", BINDING_HTTP_REDIRECT),
                            (f"{base}/slo", BINDING_HTTP_POST),
                        ],
                    },
                    "policy": {
                        "default": {
                            "lifetime": {"minutes": 15},
                            "name_form": NAME_FORMAT_URI,
                            "nameid_format": NAMEID_FORMAT_PERSISTENT,
                        }
                    },
                    "name_id_format": [NAMEID_FORMAT_PERSISTENT],
                    "encrypt_assertion": state["encryption"] is not None,
                    "signing_algorithm": SIG_RSA_SHA256,
                    "digest_algorithm": DIGEST_SHA256,
                    "sign_response": True,
                    "sign_assertion": True,
                    "subject_data": f"{folder}/subjects",
                }
            },
            "key_file": state["key"],
            "cert_file": state["certificate"],
            "encryption_keypairs": [{"key_file": state["key"], "cert_file": state["certificate"]}],
            "xmlsec_binary": saml2.sigver.get_xmlsec_binary(),
            "metadata": metadata,
            "debug": False,
        }
    )
    # The identifiers that it has given are kept.
    if state["server"] is not None:
        state["server"].close()
    state["server"] = Server(config=config)


def redirect(location, cookie=None):
    headers = [("Location", location)]
    if cookie is not None:
        headers.append(("Set-Cookie", cookie))
    return "303 See Other", headers, ""


def page(text, status="200 OK"):
    return status, [("Content-Type", "text/html; charset=utf-8")], f"<!doctype html><p>{text}</p>"


def send(binding, message, destination, relay_state, is_answer):
    how = {"response": is_answer, "sign": True, "sigalg": SIG_RSA_SHA256}
    sent = state["server"].apply_binding(binding, str(message), destination, relay_state, **how)
    if binding == BINDING_HTTP_REDIRECT:
        return redirect(dict(sent["headers"])["Location"])
    return "200 OK", [("Content-Type", "text/html; charset=utf-8")], "".join(sent["data"])


def ask_for_password(values):
    fields = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in values.items()
    )
    form = f'<form method="post" action="{base}/login">{fields}<input name="user"><input type="password" name="password">'
    return page(f"{form}<button>Go</button></form>")


def sign_on(session, values, binding):
    server = state["server"]
    signature = {name: values.get(name) for name in ("SigAlg", "Signature")}
    request = server.parse_authn_request(
        values["SAMLRequest"],
        binding,
        relay_state=values.get("RelayState"),
        sigalg=signature["SigAlg"],
        signature=signature["Signature"],
    ).message
    if session is None or request.force_authn == "true":
        return ask_for_password({**values, "binding": binding})
    args = server.response_args(request)
    response = server.create_authn_response(
        {"mail": [email], "givenName": ["Ann"], "sn": ["Person"]},
        userid="ann",
        authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"},
        sign_response=True,
        sign_assertion=True,
        sign_alg=SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA256,
        **{name: args[name] for name in ("in_response_to", "destination", "sp_entity_id", "name_id_policy")},
    )
    session["peers"].add(args["sp_entity_id"])
    return send(args["binding"], response, args["destination"], values.get("RelayState", ""), True)


def log_in(values):
    if values.get("user") != "ann" or values.get("password") != password:
        return page("No.", "403 Forbidden")
    name = secrets.token_hex(16)
    state["sessions"][name] = {"peers": set()}
    rest = {key: value for key, value in values.items() if key not in ("user", "password", "binding")}
    # POST or redirect, the message is answered once the person is known.
    status, headers, body = sign_on(state["sessions"][name], rest, values["binding"])
    return status, [*headers, ("Set-Cookie", f"pysaml2={name}; Path=/; HttpOnly; SameSite=Lax")], body


def log_out_by_message(name, values, binding):
    server = state["server"]
    if "SAMLResponse" in values:
        answer = server.parse_logout_request_response(values["SAMLResponse"], binding)
        return page("You are logged out everywhere." if answer.status_ok() else "Not everywhere.")
    request = server.parse_logout_request(
        values["SAMLRequest"],
        binding,
        relay_state=values.get("RelayState"),
        sigalg=values.get("SigAlg"),
        signature=values.get("Signature"),
    ).message
    known = server.ident.find_local_id(request.name_id)
    if known != "ann":
        return page("Unknown session", "500 Internal Server Error")
    server.clean_out_user(request.name_id)
    state["sessions"].pop(name, None)
    bindings = [BINDING_HTTP_REDIRECT, BINDING_HTTP_POST]
    args = server.response_args(request, bindings)
    answer = server.create_logout_response(
        request, bindings, sign=args["binding"] == BINDING_HTTP_POST, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256
    )
    return send(args["binding"], answer, args["destination"], values.get("RelayState", ""), True)


def log_out(name):
    server = state["server"]
    session = state["sessions"].pop(name, None)
    for peer in sorted(session["peers"]) if session is not None else []:
        binding, destination = server.pick_binding(
            "single_logout_service", [BINDING_HTTP_REDIRECT], "spsso", entity_id=peer
        )
        (name_id,) = server.ident.find_nameid("ann", sp_name_qualifier=peer)
        _, request = server.create_logout_request(destination, peer, name_id=name_id, sign=False)
        return send(binding, request, destination, "there", False)
    return page("You were not logged in.")


def administer(path, body):
    if path == "/admin/register":
        told = json.loads(body)
        state["metadata"], state["encryption"] = told["metadata"], told["encryption"]
    else:
        new_key()
    configure()
    return page("Done.")


def route(method, path, query, body, name):
    session = state["sessions"].get(name)
    values = {key: one[0] for key, one in parse_qs(query if method == "GET" else body).items()}
    binding = BINDING_HTTP_REDIRECT if method == "GET" else BINDING_HTTP_POST
    if path == "/metadata":
        text = str(entity_descriptor(state["server"].config))
        return "200 OK", [("Content-Type", "application/samlmetadata+xml")], text
    if path.startswith("/admin/"):
        return administer(path, body)
    if path == "/sso":
        return sign_on(session, values, binding)
    if path == "/login":
        return log_in(values)
    if path == "/slo":
        return log_out_by_message(name, values, binding)
    if path == "/logout":
        return log_out(name)
    if path == "/version":
        return page(f"pysaml2 {version('pysaml2')}")
    return page("Nothing.", "404 Not Found")


def answer(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length).decode("utf-8")
    cookies = dict(part.strip().partition("=")[::2] for part in environ.get("HTTP_COOKIE", "").split(";"))
    asked = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], body)
    try:
        status, headers, text = route(*asked, cookies.get("pysaml2"))
    except Exception as error:  # What it does not take is said to the person.
        status, headers, text = page(html.escape(repr(error)), "500 Internal Server Error")
    start_response(status, headers)
    return [text.encode("utf-8")]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


new_key()
configure()
port = int(base.rsplit(":", 1)[1])
print(f"listening on {port}", file=sys.stderr)
make_server("127.0.0.1", port, answer, handler_class=Quiet).serve_forever()
