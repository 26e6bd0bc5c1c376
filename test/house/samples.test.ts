// What `npm test` plays a sample of is played whole somewhere: by the endurance tests, and what is in a browser by `npm run test:walk`.
// Judges: the house.
import { globSync, readFileSync } from 'node:fs'
import { join, matchesGlob, resolve } from 'node:path'
import { expect, it } from 'vitest'
import endurance from '../../vitest.endurance.config.ts'
import walk from '../../vitest.walk.config.ts'

const root = resolve(import.meta.dirname, '../..')

it('each file that draws, deals or counts less is in what plays the whole', () => {
  const whole = [...(endurance.test?.include ?? []), ...(walk.test?.include ?? [])]
  const sampled = globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
    /from '[./]+\/harness\/sample\.ts'|\bforOneStore\(/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(sampled.length).toBeGreaterThan(20)
  expect(sampled.filter((file) => !whole.some((one) => matchesGlob(file, one)))).toEqual([])
})
