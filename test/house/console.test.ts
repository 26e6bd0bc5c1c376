// How the console is built: a folder for each place, a file for each screen there, named for what it shows; one shell for all forms; the
// words of all languages in files of the same names.
// Judges: console, console/ui, console/i18n, console/i18n/ar.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { happened as arabic } from '../../packages/console/src/i18n/ar/happened.ts'
import { happened } from '../../packages/console/src/i18n/en/happened.ts'

const source = resolve(import.meta.dirname, '../../packages/console/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
)
const read = (file: string): string => readFileSync(join(source, file), 'utf8')
const saying = (pattern: RegExp): string[] => files.filter((file) => pattern.test(read(file))).sort()

describe('H20: the console', () => {
  it('has one shell for all forms, and one for dialogs besides the one that shows a secret once', () => {
    expect(saying(/<form\b/)).toEqual(['ui/form.tsx'])
    expect(saying(/<Modal\b/)).toEqual(['ui/dialog.tsx', 'ui/shown-once.tsx'])
  })

  it('has a file of its own place for each screen, named as the screen is', () => {
    const toFile = (screen: string): string =>
      screen.replace(/[a-z][A-Z]/g, ([a, b]) => `${a}-${b}`).toLowerCase()
    const screens = files.flatMap((file) =>
      [...read(file).matchAll(/^export function (\w+)Screen\(/gm)].map(([, name = '']) => ({ file, name })),
    )
    expect(screens.length).toBeGreaterThan(20)
    const misplaced = screens.filter(
      ({ file, name }) =>
        !new RegExp(`^(?:operator|general|security|people|record)/${toFile(name)}.tsx$`).test(file),
    )
    expect(misplaced).toEqual([])
    const shown = [...read('router.tsx').matchAll(/\(file\) => file\.(\w+)Screen\b/g)].map(([, name]) => name)
    expect(shown.sort()).toEqual(screens.map(({ name }) => name).sort())
  })

  it('has screens of at most 80 lines; their parts lie in folders', () => {
    const long = files
      .filter((file) => /^(?:operator|general|security|people|record)\/[^/]+\.tsx$/.test(file))
      .map((file) => `${file}: ${read(file).trimEnd().split('\n').length}`)
      .filter((found) => Number(found.split(': ')[1]) > 80)
    expect(long).toEqual([])
  })

  it('B-12: says in each language the same things of an event', () => {
    const listFilled = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted()
    for (const [key, text] of Object.entries(happened))
      expect([key, listFilled(arabic[key as keyof typeof arabic])]).toEqual([key, listFilled(text)])
  })

  it('H22: has the words of each language in files of the same names', () => {
    const listFiles = (language: string): string[] => readdirSync(join(source, 'i18n', language)).sort()
    expect(listFiles('ar')).toEqual(listFiles('en'))
  })
})
