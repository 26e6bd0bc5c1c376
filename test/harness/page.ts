// What a page of the documentation says to type, for tests that type it.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { splitFences } from '../../docs/site/make/markdown.ts'

const root = resolve(import.meta.dirname, '../..')

/** The fenced blocks of a page in one language, in their order, without their fences. */
export function readBlocks(page: string, language = 'sh'): readonly string[] {
  return splitFences(readFileSync(join(root, page), 'utf8'))
    .filter(({ isCode, text }) => isCode && text.startsWith(`\`\`\`${language}\n`))
    .map(({ text }) => text.split('\n').slice(1, -1).join('\n'))
}
