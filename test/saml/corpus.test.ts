// Judges: server/saml.
import { encodeResponse } from '@rollcall/simulator'
import { describe, expect, it } from 'vitest'
import { SamlError } from '../../packages/server/src/saml/saml-error.ts'
import { type VerifiedAssertion, verifyResponse } from '../../packages/server/src/saml/verify-response.ts'
import { mallory } from './context.ts'
import { createContext, createTrust, good, hostile } from './corpus.ts'
import { digest, encryptText, resign, takeApart } from './forge.ts'

const context = createContext()
const usual = createTrust(context)
/** Of a processor, so that the result does not depend on what else the machine does; on a slow one as many plain responses' worth. */
const maxMs = 200
const maxPlain = 60

// What became of a response: the refusal's code, or the assertion.
async function judge(response: string, trust = usual): Promise<string | VerifiedAssertion> {
  try {
    return await verifyResponse(response, trust, context.now)
  } catch (error) {
    if (error instanceof SamlError) return error.code
    throw error
  }
}

async function measure(response: string, trust: typeof usual) {
  const start = process.cpuUsage()
  const outcome = await judge(response, trust)
  const { user, system } = process.cpuUsage(start)
  return { outcome, ms: (user + system) / 1_000 }
}

/** What was judged, by the quickest of a few turns; one turn where it is quick enough at once. */
async function judgeQuickly(response: string, trust: typeof usual) {
  let { outcome, ms: quickest } = await measure(response, trust)
  if (quickest < maxMs) return outcome
  const { whole } = await takeApart(context, 'assertion')
  let plain = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 5; turn += 1) {
    const again = await measure(response, trust)
    outcome = again.outcome
    quickest = Math.min(quickest, again.ms)
    plain = Math.min(plain, (await measure(encodeResponse(whole), usual)).ms)
  }
  expect(quickest).toBeLessThan(Math.max(maxMs, maxPlain * plain))
  return outcome
}

const toPlain = (assertion: Partial<VerifiedAssertion>) => ({
  ...assertion,
  ...(assertion.attributes === undefined ? {} : { attributes: Object.entries(assertion.attributes) }),
})

describe('every hostile response is refused with its code, within 200 ms of a processor', () => {
  for (const entry of hostile) {
    it(entry.name, async () => {
      const trust = entry.trust?.(usual) ?? usual
      const response = await entry.make(context)
      const outcome = await judgeQuickly(response, trust)
      expect(entry.codes).toContain(typeof outcome === 'string' ? outcome : `accepted ${outcome.nameId}`)
    })
  }
})

describe('every good response is accepted as what it says, within 200 ms of a processor', () => {
  for (const entry of good) {
    it(entry.name, async () => {
      const trust = entry.trust?.(usual) ?? usual
      const response = await entry.make(context)
      const outcome = await judgeQuickly(response, trust)
      if (typeof outcome === 'string') expect.fail(`refused: ${outcome}`)
      expect(toPlain(outcome)).toMatchObject(toPlain(entry.expect(context)))
    })
  }
})

describe('the corpus', () => {
  it('has at least 85 hostile and 20 good responses, each under its own name', () => {
    const names = [...hostile, ...good].map((entry) => entry.name)
    expect(new Set(names).size).toBe(names.length)
    expect(hostile.length).toBeGreaterThanOrEqual(85)
    expect(good.length).toBeGreaterThanOrEqual(20)
  })

  it('is made with tools that make nothing worse than told: what they only re-sign or encrypt is accepted', async () => {
    const { whole, element } = await takeApart(context, 'assertion')
    expect(whole).toContain(`<ds:DigestValue>${digest(element, 'Assertion', 'sha256')}</ds:DigestValue>`)
    const space = (info: string) => info.replace('<ds:Reference', ' <ds:Reference')
    const encrypted = await encryptText(context, element)
    for (const made of [whole, resign(context, whole, space), whole.replace(element, () => encrypted)]) {
      expect(await judge(encodeResponse(made))).toMatchObject({ nameId: mallory })
    }
  })
})
