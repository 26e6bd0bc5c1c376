import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ownCommand, publicCommand, type Surroundings } from './own-command.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'rollcall-own-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const put = (file: string): string => {
  mkdirSync(dirname(join(base, file)), { recursive: true })
  writeFileSync(join(base, file), '')
  return join(base, file)
}
const link = (file: string, to: string): string => {
  mkdirSync(dirname(join(base, file)), { recursive: true })
  symlinkSync(to, join(base, file))
  return join(base, file)
}

const clone = put('clone/packages/cli/bin/rollcall.js')
link('clone/node_modules/.bin/rollcall', clone)
const shop = put('shop/node_modules/rollcall/bin/rollcall.js')
link('shop/node_modules/.bin/rollcall', shop)
const image = put('image/usr/bin/rollcall')
const inImage = put('image/app/bin/rollcall.js')
const archive = put('opt/rollcall/bin/rollcall.js')
const onPath = dirname(link('usr/local/bin/rollcall', archive))
const cache = put('npm cache/_npx/1/node_modules/rollcall/bin/rollcall.js')
const cacheBin = dirname(link('npm cache/_npx/1/node_modules/.bin/rollcall', cache))

const at = (folder: string, launcher: string, more: Partial<Surroundings> = {}): Surroundings => ({
  folder: join(base, folder),
  launcher,
  started: join(dirname(dirname(launcher)), 'dist/main.js'),
  path: '/usr/bin',
  ...more,
})
const byNpm = 'npx --no-install rollcall'
const byFile = 'node bin/rollcall.js'

it.each<[string, Surroundings, string, string]>([
  ['a clone', at('clone', clone), byNpm, byNpm],
  ['a folder of a clone', at('clone/packages', clone), byNpm, byNpm],
  ['a project that has the package', at('shop', shop), byNpm, byNpm],
  ['another folder than that project', at('elsewhere', shop), `node ${shop}`, byFile],
  ['a project with another installation', at('shop', archive), `node ${archive}`, byFile],
  ['the image', at('data', inImage, { started: image, path: dirname(image) }), 'rollcall', 'rollcall'],
  ['an archive that was unpacked', at('opt/rollcall', archive), `node ${archive}`, byFile],
  ['one that is linked on the path', at('data', archive, { path: onPath }), 'rollcall', 'rollcall'],
  [
    "npm's cache, whose folder is on the path only while npm runs it",
    at('data', cache, { path: [cacheBin, '/usr/bin'].join(delimiter) }),
    `node '${cache}'`,
    byFile,
  ],
])('A1: the command is called so that it works, in %s', (_, surroundings, own, everybody) => {
  expect(ownCommand(surroundings)).toBe(own)
  expect(publicCommand(surroundings)).toBe(everybody)
})
