// The two databases differ in the store alone: a room above asks `dialect`, and never which one it is.
// Judges: server/store.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const source = resolve(import.meta.dirname, '../../packages/server/src')
/** Words that one of the databases does not know, or that do nothing there; casts, whose types each names in its own way. */
const words = [
  /\.(?:forUpdate|forShare|forKeyShare|forNoKeyUpdate|skipLocked)\(/,
  /\bFOR (?:NO KEY )?(?:UPDATE|SHARE|KEY SHARE)\b/,
  /\bjson_(?:each|array|group_array|agg|build_\w+|array_elements\w*|extract)\b|\bjsonb_/,
  /\b(?:instr|strpos|unixepoch|clock_timestamp|pg_\w+)\(/,
  /::(?:text|bigint|integer|json)\b/,
  /\bcast\(\$\{/i,
  /\bdialect\)? (?:===|!==)/,
]

it('H4: no room outside the store knows a word that is of one database alone', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('store/'),
  )
  expect(files.length).toBeGreaterThan(100)
  const found = files.flatMap((file) =>
    readFileSync(join(source, file), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        words.some((word) => word.test(line)) ? [`${relative('.', file)}:${at + 1} ${line.trim()}`] : [],
      ),
  )
  expect(found).toEqual([])
})
