// R17: the disk under the embedded store is full for a while: writes are refused, reads go on, nothing is half there, and it is back as
// soon as there is room. Where this process may mount a small file system; test/store/embedded-faults.test.ts has the short form.
// Judges: server/store.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Answer, callScim, createDirectoryAt, startProcess } from '../harness/process.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const place = mkdtempSync(join(tmpdir(), 'rollcall-small-'))
const isMounted = mount()

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', place], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Takes all the room that is left, in ever smaller pieces. */
function fill(file: string): void {
  for (const bytes of [4 << 20, 1 << 16, 1 << 12])
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
    } catch {
      // Less than a piece is left.
    }
}

it.runIf(isMounted)('R17: 64 MB, full for ten seconds', async () => {
  const folder = join(place, 'data')
  mkdirSync(folder)
  const ballast = join(place, 'ballast')
  const service = await startProcess({ ROLLCALL_DATA: folder })
  try {
    const key = await createDirectoryAt(service.admin, 'acme')
    const created = new Set<string>()
    const refused = new Set<string>()
    const bad: string[] = []
    const state = { isOn: true, isFull: false, writesRefused: 0, readsWhileFull: 0 }
    const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
      callScim(service.url, key, method, path, body)
    const write = async (name: string): Promise<boolean> => {
      const { status, headers, body } = await call('POST', '/Users', {
        schemas,
        userName: name,
        nickName: 'x'.repeat(4_000),
      })
      if (status === 201) created.add(name)
      else {
        refused.add(name)
        state.writesRefused += 1
        const isSaid = [503, 507].includes(status) && /^\d+$/.test(headers.get('retry-after') ?? '')
        if (!isSaid || body?.schemas?.[0] !== 'urn:ietf:params:scim:api:messages:2.0:Error')
          bad.push(`POST ${status}`)
      }
      return status === 201
    }
    const writer = async (lane: number): Promise<void> => {
      for (let at = 0; state.isOn; at += 1) {
        await write(`w${lane}-${at}@acme.test`)
        await new Promise((resume) => setTimeout(resume, 20))
      }
    }
    const reader = async (): Promise<void> => {
      while (state.isOn) {
        const { status } = await call('GET', '/Users?count=5')
        if (status !== 200) bad.push(`GET ${status}`)
        else if (state.isFull) state.readsWhileFull += 1
        await new Promise((resume) => setTimeout(resume, 20))
      }
    }
    const all = [writer(0), writer(1), reader(), reader(), reader(), reader()]
    await expect.poll(() => created.size, { timeout: 30_000 }).toBeGreaterThan(50)
    const filling = setInterval(() => fill(ballast), 250)
    fill(ballast)
    await expect.poll(() => state.writesRefused, { timeout: 60_000 }).toBeGreaterThan(5)
    state.isFull = true
    await new Promise((resume) => setTimeout(resume, 10_000))
    state.isFull = false
    clearInterval(filling)
    rmSync(ballast)
    const freedAt = performance.now()
    const before = created.size
    await expect.poll(() => created.size, { timeout: 10_000, interval: 50 }).toBeGreaterThan(before)
    const backMs = Math.round(performance.now() - freedAt)
    state.isOn = false
    await Promise.all(all)
    console.log(JSON.stringify({ created: created.size, ...state, backMs }))
    expect(bad).toEqual([])
    expect(state.readsWhileFull).toBeGreaterThan(50)
    const names = new Map<string, number>()
    for (let startIndex = 1; ; startIndex += 200) {
      const { body } = await call('GET', `/Users?startIndex=${startIndex}&count=200&attributes=userName`)
      for (const { userName } of body.Resources) names.set(userName, (names.get(userName) ?? 0) + 1)
      if (body.Resources.length < 200) break
    }
    expect([...created].filter((name) => names.get(name) !== 1)).toEqual([])
    expect([...refused].filter((name) => names.has(name))).toEqual([])
    // One event for each change, in an audit log that is whole.
    const { items } = await service.admin.call('listFeed', {
      query: { types: 'user.provisioned', limit: 200 },
    })
    expect(items.length).toBeGreaterThan(0)
    const verified = await service.admin.call('verifyEvents', { params: { slug: 'acme' }, query: {} })
    expect(verified).toMatchObject({ isIntact: true })
    expect(verified.sealed + verified.unsealed).toBeGreaterThanOrEqual(created.size)
    expect(service.isRunning()).toBe(true)
  } finally {
    await service.end('SIGKILL')
    execFileSync('umount', [place])
    rmdirSync(place)
  }
})
