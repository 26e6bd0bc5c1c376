// Reads what a person typed or chose on the simulator's pages. Everything read here is untrusted.

import { createHash } from 'node:crypto'
import { nameIdFormats } from './names.ts'
import type { SamlPerson } from './provider.ts'
import type { ResponseOptions } from './response-options.ts'
import { type SamlShape, type Signed, vendorShapes } from './vendor-shapes.ts'

const maxFieldCharacters = 512
const maxGroups = 200

/** Makes a person whose e-mail is the NameID; the `id` follows from it, so that the same address is the same person. */
export function makePerson(name: string, email: string, groups: readonly string[] = []): SamlPerson {
  const parts = name.trim().split(/\s+/)
  const hex = createHash('sha256').update(email.toLowerCase()).digest('hex')
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  return {
    nameId: email,
    attributes: {
      id: [id],
      email: [email],
      firstName: [parts.length > 1 ? parts.slice(0, -1).join(' ') : (parts[0] ?? '')],
      lastName: [parts.length > 1 ? parts.at(-1)! : ''],
      displayName: [name.trim()],
      ...(groups.length === 0 ? {} : { groups }),
    },
  }
}

/** A made person from `name`, `email` and `groups` (separated by commas); throws what the person can correct. */
export function readPerson(fields: URLSearchParams): SamlPerson {
  const [name, email, groups] = ['name', 'email', 'groups'].map((field) => fields.get(field)?.trim() ?? '')
  if (!/^[^\s@]+@[^\s@]+$/.test(email!)) throw new Error('Enter an e-mail address, such as dana@acme.test.')
  if ([name!, email!].some((text) => text.length > maxFieldCharacters))
    throw new Error(`Enter at most ${maxFieldCharacters} characters.`)
  const list = groups!.split(',').flatMap((group) => group.trim() || [])
  return makePerson(name || email!.slice(0, email!.indexOf('@')), email!, list.slice(0, maxGroups))
}

const isShape = (text: string | null): text is SamlShape => text !== null && Object.hasOwn(vendorShapes, text)

const isSigned = (text: string | null): text is Signed =>
  text === 'response' || text === 'assertion' || text === 'both' || text === 'none'

/** What to send, from the fields of the chooser; what is empty or unknown stays as the vendor has it. */
export function readChoices(fields: URLSearchParams): Partial<ResponseOptions> {
  const shape = fields.get('shape')
  const sign = fields.get('sign')
  const format = Object.entries(nameIdFormats).find(([name]) => name === fields.get('nameIdFormat'))?.[1]
  const certificate = fields.get('encryptFor')?.trim() ?? ''
  return {
    ...(isShape(shape) ? { shape } : {}),
    ...(isSigned(sign) ? { sign } : {}),
    ...(format === undefined ? {} : { nameIdFormat: format }),
    ...(certificate === '' ? {} : { encryptFor: toPem(certificate) }),
  }
}

// Metadata carries the bare base64, which people paste as it is.
function toPem(certificate: string): string {
  if (certificate.startsWith('-----')) return certificate
  const lines = certificate.replace(/\s+/g, '').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
