// Encryption as identity providers do it: every algorithm that our metadata publishes, with every hash that it may have.
import { encodeResponse } from '@rollcall/simulator'
import type { Context, GoodEntry } from './context.ts'
import { mallory } from './context.ts'
import {
  type Cipher,
  cipherNames,
  digestMethod,
  digestNames,
  dsig,
  type Hash,
  method,
  mgf,
  type Seal,
  sealed,
  sealedInside,
  wrapData,
  xenc,
  xenc11,
} from './seal.ts'

const hashes = Object.keys(digestNames) as Hash[]
const ciphers = Object.keys(cipherNames) as Cipher[]

const good = (name: string, how: Seal | ((context: Context) => Seal)): GoodEntry => ({
  name: `encrypted ${name}`,
  make: async (context) =>
    encodeResponse(await sealed(context, typeof how === 'function' ? how(context) : how)),
  expect: () => ({ nameId: mallory }),
})

const oaep10 = `${xenc}rsa-oaep-mgf1p`
const oaep11 = `${xenc11}rsa-oaep`

const transports: readonly GoodEntry[] = [
  good('as Keycloak does it by itself', {}),
  ...hashes.flatMap((digest) =>
    hashes.map((mask) => good(`by rsa-oaep with ${digest} and MGF1 of ${mask}`, { digest, mask })),
  ),
  ...hashes.map((digest) =>
    good(`by rsa-oaep-mgf1p with ${digest}`, {
      digest,
      mask: 'sha1',
      keyMethod: method(oaep10, digestMethod(digestNames[digest])),
    }),
  ),
  good('by rsa-oaep, which says nothing of its hashes (both SHA-1)', {
    digest: 'sha1',
    keyMethod: method(oaep11),
  }),
  good('by rsa-oaep, which says its digest alone (MGF1 of SHA-1)', {
    digest: 'sha512',
    mask: 'sha1',
    keyMethod: method(oaep11, digestMethod(digestNames.sha512)),
  }),
  good('by rsa-oaep, which says its mask alone (digest SHA-1)', {
    digest: 'sha1',
    mask: 'sha256',
    keyMethod: method(oaep11, mgf(`${xenc11}mgf1sha256`)),
  }),
  good('by rsa-oaep-mgf1p that says the mask which it always has', {
    digest: 'sha256',
    mask: 'sha1',
    keyMethod: method(oaep10, digestMethod(digestNames.sha256) + mgf(`${xenc11}mgf1sha1`)),
  }),
  ...(['sha256', 'sha512'] as const).map((digest) =>
    good(`by rsa-oaep-mgf1p with ${digest} under the name that crewjam/saml gives it`, {
      digest,
      keyMethod: method(oaep10, digestMethod(`${dsig}${digest}`)),
    }),
  ),
]

const contents: readonly GoodEntry[] = [
  ...ciphers.filter((one) => one.endsWith('gcm')).map((cipher) => good(`by ${cipher}`, { cipher })),
  ...ciphers
    .filter((one) => one.endsWith('cbc'))
    .map(
      (cipher): GoodEntry => ({
        name: `encrypted by ${cipher}, where that is allowed and the response is signed`,
        make: async (context) => encodeResponse(await sealedInside(context, { cipher })),
        trust: (trust) => ({ ...trust, allowsAesCbc: true }),
        expect: () => ({ nameId: mallory }),
      }),
    ),
  good('for us by name (Recipient)', ({ entityId }) => ({ recipient: entityId })),
  good('with the key beside the data, which refers to it', {
    edit: ({ key, dataMethod, cipherData }) =>
      wrapData(
        `${dataMethod}<ds:KeyInfo xmlns:ds="${dsig}"><ds:RetrievalMethod Type="${xenc}EncryptedKey" URI="#_k"/></ds:KeyInfo>${cipherData}`,
      ) + key,
  }),
  good('with base64 in lines', {
    edit: ({ whole }) => whole.replace(/[A-Za-z0-9+/=]{76}/g, '$&\n'),
  }),
]

/** Every way that is read. */
export const encryptions: readonly GoodEntry[] = [...transports, ...contents]
