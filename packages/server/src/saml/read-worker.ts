// The other thread of read-elsewhere.ts: reads what it is sent, one after another.
import { parentPort } from 'node:worker_threads'
import { MetadataError, readIdentityProviderMetadata } from './idp-metadata.ts'
import type { MetadataAnswer, MetadataText } from './read-elsewhere.ts'

parentPort?.on('message', ({ xml, isDev }: MetadataText) => parentPort?.postMessage(read(xml, isDev)))

function read(xml: string, isDev: boolean): MetadataAnswer {
  try {
    return { metadata: readIdentityProviderMetadata(xml, isDev) }
  } catch (error) {
    if (error instanceof MetadataError) return { refusal: error.message }
    throw error
  }
}
