# A product in one file: its people sign in, it hears of every change, and its customers' administrators reach their settings.
require "json"
require "net/http"
require "openid_connect"
require "sinatra"

ROLLCALL_URL = ENV.fetch("ROLLCALL_URL")
PRODUCT_URL = ENV.fetch("PRODUCT_URL")

set :bind, "127.0.0.1"
set :port, ENV.fetch("PORT")
set :session_secret, ENV.fetch("SESSION_SECRET")
set :sessions, same_site: :lax, httponly: true, secure: PRODUCT_URL.start_with?("https:")

# Rollcall at http://localhost, for a first try.
SWD.url_builder = URI::HTTP if ROLLCALL_URL.start_with?("http:")
ISSUER = OpenIDConnect::Discovery::Provider::Config.discover!("#{ROLLCALL_URL}/oidc")

# 1. Sign-in.
def openid
  OpenIDConnect::Client.new(
    identifier: ENV.fetch("CLIENT_ID"),
    secret: ENV.fetch("CLIENT_SECRET"),
    redirect_uri: "#{PRODUCT_URL}/callback",
    authorization_endpoint: ISSUER.authorization_endpoint,
    token_endpoint: ISSUER.token_endpoint
  )
end

get "/login" do
  session[:state], session[:nonce], session[:verifier] = Array.new(3) { SecureRandom.urlsafe_base64(48) }
  challenge = Base64.urlsafe_encode64(Digest::SHA256.digest(session[:verifier]), padding: false)
  redirect openid.authorization_uri(
    scope: %i[profile email],
    state: session[:state],
    nonce: session[:nonce],
    code_challenge: challenge,
    code_challenge_method: "S256",
    # Whose sign-in, where you know it: organization, or login_hint with an address. Else Rollcall asks.
    organization: params["organization"].to_s
  )
end

get "/callback" do
  state, nonce, verifier = %i[state nonce verifier].map { |name| session.delete(name) }
  halt 400, "Not begun here." unless state && Rack::Utils.secure_compare(state, params["state"].to_s)
  client = openid
  client.authorization_code = params["code"]
  tokens = client.access_token!(code_verifier: verifier)
  token = OpenIDConnect::ResponseObject::IdToken.decode(tokens.id_token, ISSUER.jwks)
  token.verify!(issuer: ISSUER.issuer, client_id: client.identifier, nonce: nonce)
  claims = token.raw_attributes
  session[:person] = { "id" => token.sub, "email" => claims["email"], "organization" => claims["org_slug"] }
  redirect "/"
end

get "/" do
  person = session[:person]
  redirect "/login" unless person
  "#{person["email"]} of #{person["organization"]}"
end

# 2. Webhooks (Standard Webhooks, HMAC): the body as it came, before anybody parses it.
SECRET = Base64.strict_decode64(ENV.fetch("WEBHOOK_SECRET").delete_prefix("whsec_"))

post "/webhooks" do
  body = request.body.read
  id, time, signatures = %w[ID TIMESTAMP SIGNATURE].map { |name| request.get_header("HTTP_WEBHOOK_#{name}").to_s }
  right = "v1,#{Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", SECRET, "#{id}.#{time}.#{body}"))}"
  is_right = signatures.split.any? { |one| Rack::Utils.secure_compare(right, one) }
  halt 400 unless is_right && (Time.now.to_i - time.to_i).abs <= 300
  event = JSON.parse(body)
  puts "#{event["type"]} #{event.dig("subject", "id")}"
  204
end

# 3. "Settings > Security", for administrators of a customer.
get "/settings/security" do
  person = session[:person]
  redirect "/login" unless person
  answer = Net::HTTP.post(
    URI("#{ROLLCALL_URL}/api/v1/organizations/#{person["organization"]}/portal-links"),
    JSON.generate(role: "admin", email: person["email"], returnUrl: "#{PRODUCT_URL}/"),
    "Authorization" => "Bearer #{ENV.fetch("OPERATOR_KEY")}",
    "Content-Type" => "application/json"
  )
  halt 502, "Rollcall made no link." unless answer.is_a?(Net::HTTPCreated)
  redirect JSON.parse(answer.body).fetch("url")
end
