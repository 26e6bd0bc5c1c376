<?php
// A product in one file: its people sign in, it hears of every change, and its customers' administrators reach their settings.
declare(strict_types=1);

$rollcall = getenv('ROLLCALL_URL');
$own = getenv('PRODUCT_URL');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

function go(string $to): never
{
    header("Location: $to", true, 302);
    exit;
}

function refuse(int $status, string $sentence = ''): never
{
    http_response_code($status);
    exit($sentence);
}

/** An answer in JSON; with a body, a POST. */
function ask(string $url, ?string $body = null, array $headers = [], array $options = []): array
{
    $request = curl_init($url);
    curl_setopt_array($request, $options + [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 10,
        CURLOPT_HTTPHEADER => $headers,
    ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
    $answer = curl_exec($request);
    if ($answer === false || curl_getinfo($request, CURLINFO_RESPONSE_CODE) >= 300) refuse(502, 'Rollcall refused.');
    return json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
}

$toUrlBase64 = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');

// 2. Webhooks (Standard Webhooks, HMAC): the body as it came, before anybody parses it.
if ($path === '/webhooks') {
    $body = file_get_contents('php://input');
    [$id, $time, $signatures] = array_map(
        fn (string $name): string => $_SERVER["HTTP_WEBHOOK_$name"] ?? '',
        ['ID', 'TIMESTAMP', 'SIGNATURE'],
    );
    $secret = base64_decode(substr(getenv('WEBHOOK_SECRET'), strlen('whsec_')));
    $right = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $secret, true));
    $isRight = array_filter(explode(' ', $signatures), fn (string $one): bool => hash_equals($right, $one)) !== [];
    if (!$isRight || abs(time() - (int) $time) > 300) refuse(400);
    $event = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
    error_log("{$event['type']} {$event['subject']['id']}");
    http_response_code(204);
    exit;
}

session_set_cookie_params(['httponly' => true, 'samesite' => 'Lax', 'secure' => str_starts_with($own, 'https:')]);
session_start();
$person = $_SESSION['person'] ?? null;

// 1. Sign-in.
if ($path === '/login') {
    $issuer = ask("$rollcall/oidc/.well-known/openid-configuration");
    $begun = array_map(fn (): string => $toUrlBase64(random_bytes(32)), ['state' => 0, 'nonce' => 0, 'verifier' => 0]);
    $_SESSION['begun'] = $begun;
    go($issuer['authorization_endpoint'] . '?' . http_build_query([
        'response_type' => 'code',
        'client_id' => getenv('CLIENT_ID'),
        'redirect_uri' => "$own/callback",
        'scope' => 'openid profile email',
        'state' => $begun['state'],
        'nonce' => $begun['nonce'],
        'code_challenge' => $toUrlBase64(hash('sha256', $begun['verifier'], true)),
        'code_challenge_method' => 'S256',
        // Whose sign-in, where you know it: organization, or login_hint with an address. Else Rollcall asks.
        'organization' => $_GET['organization'] ?? '',
    ]));
}
if ($path === '/callback') {
    $begun = $_SESSION['begun'] ?? null;
    unset($_SESSION['begun']);
    if ($begun === null || !hash_equals($begun['state'], $_GET['state'] ?? '')) refuse(400, 'Not begun here.');
    $issuer = ask("$rollcall/oidc/.well-known/openid-configuration");
    $tokens = ask($issuer['token_endpoint'], http_build_query([
        'grant_type' => 'authorization_code',
        'code' => $_GET['code'] ?? '',
        'redirect_uri' => "$own/callback",
        'code_verifier' => $begun['verifier'],
    ]), options: [CURLOPT_USERPWD => rawurlencode(getenv('CLIENT_ID')) . ':' . rawurlencode(getenv('CLIENT_SECRET'))]);
    // It came from the issuer itself, by TLS: that stands for its signature (OpenID Connect Core §3.1.3.7, 6).
    $claims = json_decode(base64_decode(strtr(explode('.', $tokens['id_token'])[1], '-_', '+/')), true);
    $isOurs = $claims['iss'] === $issuer['issuer'] && in_array(getenv('CLIENT_ID'), (array) $claims['aud'], true)
        && $claims['exp'] > time() && hash_equals($begun['nonce'], $claims['nonce'] ?? '');
    if (!$isOurs) refuse(400, 'The ID token is not for this sign-in.');
    session_regenerate_id(true);
    $_SESSION['person'] = ['id' => $claims['sub'], 'email' => $claims['email'], 'organization' => $claims['org_slug']];
    go('/');
}

if ($person === null) go('/login');

// 3. "Settings > Security", for administrators of a customer.
if ($path === '/settings/security') {
    $link = ask(
        "$rollcall/api/v1/organizations/" . rawurlencode($person['organization']) . '/portal-links',
        json_encode(['role' => 'admin', 'email' => $person['email'], 'returnUrl' => "$own/"]),
        ['Authorization: Bearer ' . getenv('OPERATOR_KEY'), 'Content-Type: application/json'],
    );
    go($link['url']);
}

echo htmlspecialchars("{$person['email']} of {$person['organization']}");
