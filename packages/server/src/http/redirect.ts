/** 303: whatever was sent, the next request is a GET. */
export function redirect(location: string, headers: readonly (readonly [string, string])[] = []): Response {
  const all = new Headers({ location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  for (const [name, value] of headers) all.append(name, value)
  return new Response(null, { status: 303, headers: all })
}
