// What a sign-in may ask of the identity provider (OpenID Connect Core §3.1.2.1): a fresh one, one of a certain age, a choice of
// accounts. It stands in the address of the way out; anybody may ask for more than they need to.

/** What the sign-in asks for. */
export interface Wish {
  readonly prompt: 'login' | 'select_account' | null
  /** In seconds. */
  readonly maxAge: number | null
}

/** Reads a wish from an address; what it does not know is left out. */
export function readWish(parameters: URLSearchParams): Wish {
  const prompt = parameters.get('prompt')
  const maxAge = parameters.get('max_age') ?? ''
  return {
    prompt: prompt === 'login' || prompt === 'select_account' ? prompt : null,
    maxAge: /^\d{1,9}$/.test(maxAge) ? Number(maxAge) : null,
  }
}
