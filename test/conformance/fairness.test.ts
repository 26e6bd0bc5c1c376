// Whether the catalogue is fair: a server with one fault gets the one finding that it deserves. A part of the faults each time, all of
// them in `npm run test:endurance`.
// Judges: scim/conformance, scim/conformance/testing.
import { describe } from 'vitest'
import { draw } from '../harness/sample.ts'
import { forEachStore } from '../harness/service.ts'
import { assertFair, assertNothingElse, listPairs } from './fairness.ts'
import { faults } from './faults.ts'

describe('one fault, one finding', () => {
  forEachStore((start) => assertFair(start, draw('faults', Object.keys(faults), 5)), ['embedded'])
})

describe('two faults, and nothing else is blamed', () => {
  forEachStore((start) => assertNothingElse(start, draw('pairs of faults', listPairs(), 1)), ['embedded'])
})
