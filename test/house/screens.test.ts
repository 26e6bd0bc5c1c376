// A screen is a component, an address, a function that writes the address, a way there, and a row of the browser's tests. Read from the
// sources, so that whoever adds one is told of what they forgot.
// Judges: console, console/base.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const console = join(root, 'packages/console/src')
const files = readdirSync(console, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
)
const read = (file: string): string => readFileSync(join(console, file), 'utf8')
const router = read('router.tsx')

const settings = '/organizations/:slug/settings/'
/** An address without the names that it is for. */
const toShape = (address: string): string =>
  address.replace(/:\w+|\$\{encodeURIComponent\(\w+\)\}|\b[A-Z]{3,}\b/g, '*')

/** Every address that shows a screen. */
const shown = [...router.matchAll(/\{ path: '([^']+)', \.\.\.show\('(\w+)'\) \}/g)].map(
  ([, path = '', screen = '']) => ({
    address: toShape(path.startsWith('/') ? path : `${settings}${path}`),
    screen,
  }),
)

/** Every function that writes one: its name, and what it writes. */
const written = [...read('base/links.ts').matchAll(/^ {2}(\w+): \([^)]*\) =>\s+['`]([^\n]+?)['`],$/gm)]
  .filter(([, , text = '']) => !text.includes('basePath'))
  .map(([, name = '', text = '']) => ({
    name,
    address: toShape(text.replace(/\$\{settings\(slug\)\}\//, settings).replace(/\$\{\w+ === ''.*$/, '')),
  }))

it('every screen has an address', () => {
  const made = files.flatMap((file) =>
    [...read(file).matchAll(/^export function (\w+Screen)\(/gm)].map(([, name = '']) => name),
  )
  expect(made.length).toBeGreaterThan(20)
  expect(made.filter((name) => !router.includes(`file.${name})`))).toEqual([])
  const named = [...router.matchAll(/^ {2}(\w+): \(\) => import/gm)].map(([, screen]) => screen)
  expect(named.filter((screen) => !shown.some((one) => one.screen === screen))).toEqual([])
})

it('every address of a screen is written by one function, and every function writes one', () => {
  expect(written.map(({ address }) => address).sort()).toEqual(shown.map(({ address }) => address).sort())
})

it('there is a way to every screen', () => {
  const texts = files.filter((file) => file !== 'base/links.ts' && file !== 'router.tsx').map(read)
  const unused = written.filter(({ name }) => !texts.some((text) => text.includes(`links.${name}(`)))
  expect(unused.map(({ name }) => name)).toEqual([])
})

it('the browser visits every screen', () => {
  const walk = readFileSync(join(root, 'test/browser/pages.test.ts'), 'utf8')
  const listOf = (name: string): string[] => {
    const [, body = ''] = new RegExp(`^const ${name} = \\[([^\\]]+)\\]`, 'm').exec(walk) ?? []
    return [...body.matchAll(/'([^']+)'/g)].map(([, place = '']) => place)
  }
  const visited = new Set(
    [...listOf('operatorPlaces'), ...listOf('places').map((place) => `${settings}${place}`)].map(toShape),
  )
  expect(shown.filter(({ address }) => !visited.has(address)).map(({ address }) => address)).toEqual([])
})
