// Where SQLite begins to walk a feed that somebody reads on from a number: there, and not at the oldest event that is kept.
// Judges: server/events, server/store.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { feedStatements } from '../../packages/server/src/events/feed.ts'
import { selectFollowed } from '../../packages/server/src/events/follow.ts'
import { secretKey } from '../harness/process.ts'

interface Step {
  readonly opcode: string
  readonly p1: number
  readonly p2: number
  readonly p3: number
}

describe('P1: who reads the feed on from a number', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-feed-'))
  let store: DatabaseSync
  beforeAll(async () => {
    const config = readConfig({ ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: secretKey })
    await (await openDatabase(config, createMetrics(), createLog('silent', false))).close()
    store = new DatabaseSync(join(folder, 'rollcall.db'))
  })
  afterAll(() => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const statements = { ...feedStatements, followed: selectFollowed }
  it.each(Object.entries(statements))('%s begins at that number', (_name, statement) => {
    const { sql, slots } = statement.compile('sqlite')
    const steps = store.prepare(`EXPLAIN ${sql}`).all() as unknown as Step[]
    const after = slots.findIndex((slot) => slot.kind === 'place' && slot.name === 'after') + 1
    const registers = steps
      .filter(({ opcode, p1 }) => opcode === 'Variable' && p1 === after)
      .map(({ p2 }) => p2)
    // A seek of a table has the register itself, one of an index has it as the last of several.
    const seeks = steps.filter(({ opcode }) => opcode === 'SeekGT')
    expect(seeks.length).toBeGreaterThan(0)
    for (const { p3 } of seeks)
      expect(registers.some((register) => register >= p3 && register <= p3 + 1)).toBe(true)
  })
})
