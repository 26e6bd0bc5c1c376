// The commands of docs/quick-start.md, as they stand there, against a service of their own.
// Judges: cli.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { splitFences } from '../../docs/site/make/markdown.ts'
import { operatorKey, runCommand, startProcess } from '../harness/process.ts'

const root = resolve(import.meta.dirname, '../..')

it('A1: each command of the quick start does what it says, in their order', async () => {
  const blocks = splitFences(readFileSync(join(root, 'docs/quick-start.md'), 'utf8'))
    .filter(({ isCode, text }) => isCode && text.startsWith('```sh'))
    .map(({ text }) => text.split('\n').slice(1, -1).join('\n'))
  const byHand = blocks.filter((text) => /localhost:4000/.test(text))
  expect(byHand).toHaveLength(2)
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-quick-start-'))
  const service = await startProcess({ ROLLCALL_DATA: folder })
  try {
    const script = byHand
      .join('\n')
      .replaceAll('http://localhost:4000', service.url)
      .replaceAll('localhost:4000', service.url)
      .replace('rc_operator_…', operatorKey)
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
    })
    expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, ''])
    const answers = stdout.split(/(?<=\})(?=\{)/)
    expect(answers.filter((one) => /"status":\s*"?4\d\d/.test(one))).toEqual([])
    const { items } = await service.admin.call('listUsers', { params: { slug: 'acme' }, query: {} })
    expect(items.length).toBeGreaterThan(20)
    const ada = items.find(({ email, userName }) => [email, userName].includes('ada@acme.test'))
    expect(ada).toMatchObject({ active: false })
    const { output } = await runCommand(['portal-link', 'acme'], { ROLLCALL_DATA: folder })
    expect(output).toMatch(/\/portal#token=/)
  } finally {
    await service.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
})
