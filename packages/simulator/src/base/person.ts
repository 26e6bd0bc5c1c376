// The room `simulator/base`: what every part of the simulator uses, from invented people to the network. It knows no vendor and no server.
//
// Invents the people of a simulation from a seed. Owns their names and ids; knows nothing of vendors.

/** One invented person; the same seed and number always give the same one, another seed gives other addresses. */
export interface Person {
  readonly number: number
  readonly userName: string
  /** The address in upper case: the same name to a directory (RFC 8265 UsernameCaseMapped). */
  readonly userNameUpper: string
  readonly givenName: string
  readonly familyName: string
  readonly displayName: string
  /** Okta: the id of a user in Okta, `00u` and 17 letters or digits. */
  readonly oktaId: string
  /** Entra: the object id, a GUID. */
  readonly objectId: string
  readonly password: string
}

const givenNames = ['Ada', 'Bela', 'Chidi', 'Dana', 'Emre', 'Farah', 'Goran', 'Hana', 'Ines', 'Jun'] as const
const familyNames = ['Invented', 'Madeup', 'Sample', 'Specimen', 'Fictive', 'Placeholder', 'Example'] as const
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const hexDigits = '0123456789abcdef'

/** Numbers in [0, 1) from a 32-bit seed (mulberry32); for names, never for secrets. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)]!

function inventText(random: () => number, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('')
}

function inventGuid(random: () => number): string {
  const hex = inventText(random, hexDigits, 30)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`
}

/** Makes person `number` (from 1; 0 is nobody's, for connection tests) of the run `seed` (only its lower 32 bits count). */
export function inventPerson(seed: number, number: number): Person {
  const random = createRandom(Math.imul(seed >>> 0, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b))
  const userName = `person-${number}-${(seed >>> 0).toString(36)}@acme.test`
  const givenName = pick(random, givenNames)
  const familyName = `${pick(random, familyNames)} ${number}`
  return {
    number,
    userName,
    userNameUpper: userName.toUpperCase(),
    givenName,
    familyName,
    displayName: `${givenName} ${familyName}`,
    oktaId: `00u${inventText(random, letters, 17)}`,
    objectId: inventGuid(random),
    password: inventText(random, letters, 8),
  }
}
