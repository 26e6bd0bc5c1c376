// Ways into a demo that work as often as wanted while it runs: pages at its identity provider that make a fresh link and lead there.
// Links into the service open once and for minutes; whoever comes back later to a demo has only what it printed.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

type Door = 'operator' | 'settings'
type Doors = Readonly<Record<Door, () => Promise<string>>>

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()

/** `open` makes the link of each; the key of the addresses is this process's own. */
export function createDoors(open: Doors) {
  const key = randomBytes(24).toString('base64url')
  const routeOf =
    (door: Door) =>
    async ({ url }: { readonly url: URL }): Promise<Answer> => {
      const isKnown = timingSafeEqual(hash(url.searchParams.get('key') ?? ''), hash(key))
      if (!isKnown) throw new Error('Open this by the address that the demo has printed.')
      return { status: 303, body: '', headers: { location: await open[door]() } }
    }
  return {
    routes: { 'GET /open/operator': routeOf('operator'), 'GET /open/settings': routeOf('settings') },
    /** Their addresses, below the identity provider's. */
    addresses: (base: string): Readonly<Record<Door, string>> => ({
      operator: `${base}/open/operator?key=${key}`,
      settings: `${base}/open/settings?key=${key}`,
    }),
  }
}
