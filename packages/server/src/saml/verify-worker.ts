// The other thread of verify-elsewhere.ts: verifies what it is sent, one after another.
import { parentPort } from 'node:worker_threads'
import { type Verification, verifySignatures } from './signature-engine.ts'

parentPort?.on('message', (wanted: Verification) => {
  void verifySignatures(wanted).then((xml) => parentPort?.postMessage(xml))
})
