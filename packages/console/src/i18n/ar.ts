// Arabic.
import { en } from './en/index.ts'
import type { Words } from './language.tsx'
export const ar: Words = en
