// `npm run bench:large`: what must stay constant as data grows, on each store. Prints a table of Markdown for docs/benchmarks.md.
import { parseArgs } from 'node:util'
import { type Figure, measureLarge } from './large-measure.ts'
import { onEachStore } from './stores.ts'

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    members: { type: 'string', default: '100000' },
    organizations: { type: 'string', default: '1' },
    stores: { type: 'string', default: 'embedded,postgres' },
    turns: { type: 'string', default: '400' },
  },
})
const users = Number(values.users)
const rows: string[] = []

await onEachStore(values.stores, async (store, target) => {
  await measureLarge(target, {
    users,
    members: Math.min(Number(values.members), users),
    organizations: Number(values.organizations),
    turns: Number(values.turns),
    note: (figure) => say(store, figure),
  })
})
console.log(`| store | what | figure | at most |\n|---|---|---|---|\n${rows.join('\n')}`)

function say(store: string, { what, value, unit, limit }: Figure): void {
  const figure = `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`
  rows.push(`| ${store} | ${what} | ${figure} | ${limit === undefined ? '' : `${limit} ${unit}`} |`)
  console.error(
    `${store.padEnd(10)} ${what.padEnd(60)} ${figure}${limit !== undefined && value > limit ? '  MISSED' : ''}`,
  )
}
