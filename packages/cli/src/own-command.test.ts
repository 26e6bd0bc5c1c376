import { expect, it } from 'vitest'
import { ownCommand } from './own-command.ts'

it.each([
  ['/home/ada/rollcall', '/home/ada/rollcall/packages/cli/dist/own-command.js', 'npx --no-install rollcall'],
  ['/srv/shop', '/srv/shop/node_modules/rollcall/dist/own-command.js', 'npx --no-install rollcall'],
  ['/srv/shop', '/srv/shop-2/node_modules/rollcall/dist/own-command.js', 'rollcall'],
  ['/data', '/app/dist/own-command.js', 'rollcall'],
])('A1: in %s the command of %s is called %s', (folder, file, command) => {
  expect(ownCommand(folder, file)).toBe(command)
})
