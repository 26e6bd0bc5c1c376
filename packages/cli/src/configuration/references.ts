// What a file of configuration refers to instead of holding it: secrets, metadata, certificates. Read when a step needs it, and before
// the first change.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'

const maxSecret = 4_096
const maxFile = 1_000_000

/** A reference leads nowhere; the message says which, and nothing of what is there. */
export class ReferenceFault extends Error {
  override readonly name = 'ReferenceFault'
}

export interface References {
  /** Of env:NAME or file:PATH. Throws ReferenceFault. */
  readSecret(reference: string): string
  /** The text itself, or what is in the file of file:PATH. Throws ReferenceFault. */
  readText(text: string): string
  /** Throws ReferenceFault where the file is there already. */
  assertFree(target: string): void
  /** Makes the file, for its owner alone. Throws where it cannot be made. */
  reserve(target: string): Reserved
}

export interface Reserved {
  readonly file: string
  keep(secret: string): void
  /** Nothing came of it: the file is taken away. */
  drop(): void
}

/** Paths are taken from `folder`, where the file of configuration lies. */
export function createReferences(folder: string, environment: NodeJS.ProcessEnv): References {
  const toFile = (reference: string): string => resolve(folder, reference.slice('file:'.length))
  const read = (reference: string, most: number): string => {
    const file = toFile(reference)
    try {
      if (statSync(file).size > most) throw new ReferenceFault(`${file} is larger than ${most} bytes`)
      return readFileSync(file, 'utf8')
    } catch (error) {
      if (error instanceof ReferenceFault) throw error
      throw new ReferenceFault(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
    }
  }
  return {
    readSecret(reference) {
      const isVariable = reference.startsWith('env:')
      const secret = isVariable
        ? (environment[reference.slice('env:'.length)] ?? '')
        : read(reference, maxSecret).replace(/\r?\n$/, '')
      if (secret === '')
        throw new ReferenceFault(`${reference} ${isVariable ? 'is not set' : 'is an empty file'}`)
      return secret
    },
    readText: (text) => (text.startsWith('file:') ? read(text, maxFile) : text),
    assertFree(target) {
      if (existsSync(toFile(target)))
        throw new ReferenceFault(`${toFile(target)} is there already: a secret is never written over another`)
    },
    reserve(target) {
      const file = toFile(target)
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      const open = openSync(file, 'wx', 0o600)
      return {
        file,
        keep(secret) {
          writeSync(open, `${secret}\n`)
          closeSync(open)
        },
        drop() {
          closeSync(open)
          rmSync(file, { force: true })
        },
      }
    },
  }
}
