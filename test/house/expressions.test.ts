// Expressions that look for the end of a text from each place in it: of 100 KB they make half a minute, in which nobody is served.
// Judges: server/base.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const packages = resolve(import.meta.dirname, '../../packages')

/** What the operator alone says may be looked at so. */
const said = ['server/src/base/base-path.ts', 'server/src/base/read-settings.ts']

// One kind of character, as often as it likes, and the end: with nothing before it that must stand there.
const ends =
  /(?<!\\)(?:\/|\|)(?:\[(?:\\.|[^\]\\])*\]|\\[sdwpSDWP/]|[^\s\\[\](){}|^/])[+*]\$(?:\/[a-z]*[,)]|\|)/

it('no end of a text of others is looked for by an expression: strip() looks at each character once', () => {
  const found = ['server', 'scim'].flatMap((name) =>
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^conformance/.test(file))
      .filter((file) => ends.test(readFileSync(join(packages, name, 'src', file), 'utf8')))
      .map((file) => join(name, 'src', file)),
  )
  expect(found.toSorted()).toEqual(said)
})
