// How large things may be: functions and files, casts in the server, exports that say nothing of themselves. Each has a ceiling that only
// becomes lower: who goes below it lowers it here. `npm run sizes` prints the figures, `npm run sizes -- functions` what is behind one.
// Judges: the house.
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countSizes, documentedShare } from '../../scripts/sizes.ts'

const root = resolve(import.meta.dirname, '../..')

/** The most that there may be. */
const ceilings = { longFunctions: 1, longFiles: 0, serverCasts: 120 }
/** Package -> the least share of its exports that says what it is, in per cent. */
const floors = { server: 97, console: 98, api: 98 }

describe('H20: sizes', () => {
  const sizes = countSizes(root)

  it('functions over 65 lines outside tests become fewer', () => {
    expect(sizes.longFunctions.length, sizes.longFunctions.join('\n')).toBeLessThanOrEqual(
      ceilings.longFunctions,
    )
  })

  it('files of 400 lines and more that are not data become fewer', () => {
    expect(sizes.longFiles.length, sizes.longFiles.join('\n')).toBeLessThanOrEqual(ceilings.longFiles)
  })

  it('casts in the server become fewer', () => {
    expect(sizes.serverCasts.length).toBeLessThanOrEqual(ceilings.serverCasts)
  })

  it.each(Object.entries(floors))('exports of %s say what they are', (name, least) => {
    const found = sizes.exports[name]
    expect(found && documentedShare(found), found?.silent.join('\n')).toBeGreaterThanOrEqual(least)
  })
})
