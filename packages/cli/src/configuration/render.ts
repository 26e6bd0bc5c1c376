// A plan as people read it.
import type { Difference } from './differences.ts'
import { show } from './file.ts'
import type { Plan } from './plan.ts'
import type { Step } from './step.ts'

const maxShown = 160
const width = 9

/** On one line, shortened. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = show(JSON.stringify(value))
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}

const renderDifference = ({ field, before, after }: Difference): string =>
  before === undefined
    ? `    ${show(field)}: ${describeValue(after)}`
    : `    ${show(field)}: ${describeValue(before)} -> ${describeValue(after)}`

function renderStep(step: Step, word: string): string[] {
  const note = step.note === undefined ? '' : ` (${step.note})`
  return [`${word.padEnd(width)} ${show(step.path)}${note}`, ...step.differences.map(renderDifference)]
}

export function renderPlan({ steps, prunes }: Plan, isPruning: boolean): string {
  const count = (kind: Step['kind']): number => steps.filter((step) => step.kind === kind).length
  const lines = [
    ...steps.flatMap((step) => renderStep(step, step.kind)),
    ...prunes.flatMap((step) => renderStep(step, isPruning ? 'delete' : 'would be pruned:')),
  ]
  const pruned =
    prunes.length === 0 ? [] : [`${prunes.length} ${isPruning ? 'to delete' : 'would be pruned (--prune)'}`]
  const sum = [
    `${count('create')} to create`,
    `${count('change')} to change`,
    `${count('unchanged')} unchanged`,
    ...pruned,
  ]
  return `${[...lines, ''].join('\n')}${lines.length === 0 ? '' : '\n'}Plan: ${sum.join(', ')}.`
}
