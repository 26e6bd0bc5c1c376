// The other thread of sqlite-look.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { lookAt } from './sqlite-look.ts'

const { file, how }: { readonly file: string; readonly how: 'quick' | 'whole' } = workerData
parentPort?.postMessage(lookAt(file, how))
