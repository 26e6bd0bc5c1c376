// The OpenID Connect library, loaded with the first request under /oidc: a service without applications holds nothing of it.

/** The OpenID Connect library. */
export type Library = typeof import('oidc-provider')

let loading: Promise<Library> | undefined

/** The library, loaded once. */
export function loadLibrary(): Promise<Library> {
  loading ??= load()
  return loading
}

// It warns of every Node that has not become LTS yet; which Node runs is this project's own pinned version.
async function load(): Promise<Library> {
  const { warn } = console
  console.warn = () => undefined
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}

/** A part of the library that its types do not name, as we know it to be. */
export function hidden<T>(part: unknown): T {
  return part as T
}
