// THREAT_MODEL.md names a test for each threat: each of them is there.
// Judges: the house.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const model = readFileSync(join(root, 'THREAT_MODEL.md'), 'utf8')
const threats = model.slice(model.indexOf('## Threats'), model.indexOf('## What is not guarded against'))
const rows = threats.split('\n').filter((line) => /^\| (?!threat )/.test(line))

it('each threat has an answer and a test that is there', () => {
  expect(rows.length).toBeGreaterThan(40)
  const missing = rows.flatMap((row) => {
    const [, threat = '', answer = '', tests = ''] = row.split('|').map((cell) => cell.trim())
    const named = tests.split('<br>').map((one) => /^`(test\/[^`]+)`: (.+)$/.exec(one))
    if (answer === '' || named.some((one) => one === null)) return [`${threat}: no answer or no test`]
    return named.flatMap((one) => {
      const [, file = '', title = ''] = one ?? []
      const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
      return text.includes(title) ? [] : [`${file}: ${title}`]
    })
  })
  expect(missing).toEqual([])
})
