// Certificates as they are pasted and as metadata holds them: PEM in every dress, base64, several in one. Pure.
import { X509Certificate } from 'node:crypto'
import { strip } from '../base/spaces.ts'

/** What was found in one field or element; `others` are blocks that are something else. */
export interface FoundCertificates {
  readonly certificates: readonly X509Certificate[]
  /** How many pieces could not be read. */
  readonly unreadable: number
  /** What a block says that it is, where it is no certificate: PRIVATE KEY, CERTIFICATE REQUEST … */
  readonly other: string | undefined
}

const certificateNames = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])
const maxCharacters = 100_000

/** Text around PEM blocks (bag attributes, openssl's own reading) is passed over, and so is the dress of JSON. */
export function findCertificates(text: string): FoundCertificates {
  const plain = text.length > maxCharacters ? '' : undress(text)
  const blocks = listBlocks(plain)
  const bodies = blocks.filter(({ name }) => certificateNames.has(name)).map(({ body }) => body)
  const other = blocks.find(({ name }) => !certificateNames.has(name))?.name
  // Without armour, or with half of it, all of it is the certificate.
  const pieces = blocks.length > 0 ? bodies : [plain.replace(/-----[A-Z0-9 ]{1,60}-----/g, '')]
  const read = pieces.map(readBase64)
  return {
    certificates: read.flatMap((one) => one ?? []),
    unreadable: read.filter((one) => one === undefined).length,
    other,
  }
}

function listBlocks(text: string): { readonly name: string; readonly body: string }[] {
  return text
    .split('-----BEGIN ')
    .slice(1)
    .flatMap((part) => {
      const [name = ''] = part.split('-----', 1)
      const end = part.indexOf(`-----END ${name}-----`)
      return end < 0 || name.length > 60 ? [] : [{ name, body: part.slice(name.length + 5, end) }]
    })
}

// Quotes of JSON, its escapes, and the entities of XML for a line break.
function undress(text: string): string {
  const plain = text.replace(/\\r|\\n/g, '\n').replace(/&#(?:13|10|x[dDaA]);/g, '\n')
  return strip(plain, /[\s"',;]/).replace(/^data:[a-z0-9/.+-]+;base64,/i, '')
}

// One, or several whose base64 was written one behind the other.
function readBase64(text: string): X509Certificate[] | undefined {
  const base64 = text.replace(/[\s\u00A0\u200B\uFEFF]+/g, '')
  if (base64 === '' || !/^[A-Za-z0-9+/=]+$/.test(base64)) return undefined
  const bytes = Buffer.concat((base64.match(/[^=]+={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64')))
  const found: X509Certificate[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOfSequence(bytes, at)
    const one = length === undefined ? undefined : open(bytes.subarray(at, at + length))
    if (one === undefined || length === undefined) {
      // OpenSSL's trusted certificates have words of trust behind the certificate.
      return found.length > 0 && length !== undefined ? found : undefined
    }
    found.push(one)
    at += length
  }
  return found
}

// DER (X.690 §8.1): a SEQUENCE and its length.
function lengthOfSequence(bytes: Buffer, at: number): number | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag !== 0x30 || first === undefined) return undefined
  if (first < 0x80) return fits(bytes, at, 2 + first)
  const octets = first & 0x7f
  if (octets < 1 || octets > 3 || at + 2 + octets > bytes.length) return undefined
  return fits(bytes, at, 2 + octets + bytes.readUIntBE(at + 2, octets))
}

function fits(bytes: Buffer, at: number, length: number): number | undefined {
  return at + length <= bytes.length ? length : undefined
}

function open(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der)
    // One whose key is of a kind that the platform does not know throws only when it is asked for.
    return certificate.publicKey.asymmetricKeyType === undefined ? undefined : certificate
  } catch {
    return undefined
  }
}
