// The catalogue in Arabic, which also proves that the console reads from right to left. The guides' own text stays English.
import { first } from './ar/first.ts'
import { second } from './ar/second.ts'
import type { Words } from './words.ts'

export const ar: Words = { ...first, ...second }
