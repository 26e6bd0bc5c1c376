// docs/benchmarks.md: how to measure, and the figures that were seen last as tables.
import type { Circumstances, FloorLine, PeersRun, Run, Seen, Store } from './figures.ts'
import { callers, costOf, type Figures } from './measure.ts'
import { type Scenario, scenarios } from './requests.ts'

interface Goal {
  readonly floor: FloorLine
  /** How many times its floor a request may cost. */
  readonly most?: Readonly<Record<Store, number>>
  /** How many times more it may cost among the most people than among the fewest. */
  readonly growth?: number
}

const goals: Readonly<Record<Scenario, Goal>> = {
  get: { floor: 'select', most: { embedded: 2.3, postgres: 1.5 }, growth: 1.2 },
  filter: { floor: 'select', most: { embedded: 2.3, postgres: 1.5 }, growth: 1.2 },
  'filter by e-mail': { floor: 'select', growth: 1.2 },
  create: { floor: 'group', most: { embedded: 1.6, postgres: 2.2 }, growth: 1.2 },
  'PATCH active': { floor: 'group', most: { embedded: 1.4, postgres: 2.3 }, growth: 1.2 },
  'PATCH name': { floor: 'group', most: { embedded: 1.4, postgres: 2.3 }, growth: 1.2 },
  PUT: { floor: 'group', most: { embedded: 1.6, postgres: 2.4 }, growth: 1.2 },
  'list of 100': { floor: 'select', most: { embedded: 20, postgres: 15 } },
  'list at 90 %': { floor: 'select', growth: 3 },
  'cursor of 100': { floor: 'select', growth: 1.2 },
  'bulk of 100': { floor: 'group' },
  member: { floor: 'group', most: { embedded: 1.2, postgres: 2 }, growth: 1.2 },
  'Okta mix': { floor: 'group', most: { embedded: 1.2, postgres: 2 } },
  'Entra mix': { floor: 'group' },
}
/** Seconds for 100,000 people by Bulk. */
const loadGoals: Readonly<Record<Store, number>> = { embedded: 60, postgres: 100 }
/** MB after a listing of everybody, by the most people that it is for. */
const memoryGoals: Readonly<Record<Store, readonly (readonly [number, number])[]>> = {
  embedded: [
    [100_000, 250],
    [1_000_000, 350],
  ],
  postgres: [
    [100_000, 200],
    [1_000_000, 300],
  ],
}
const blockGoalMs = 50
const storeNames: Readonly<Record<Store, string>> = { embedded: 'embedded store', postgres: 'PostgreSQL' }

export function renderPage({ runs, peers }: Seen): string {
  const parts = [intro, ...runs.map(renderRun), renderGrowth(runs), renderPeers(peers)]
  return `${parts.filter((part) => part !== '').join('\n')}`
}

const intro = `# Benchmarks

Compare ratios rather than absolute figures: the same request takes twice the CPU on another machine, or on the same one in a busy minute. So every
line is told as a multiple of its *floor*, which the same run measures in turn with it.

\`\`\`sh
npm run bench                                            # both stores, 1,000 and 100,000 people; renews its part of this page
npm run bench -- --stores embedded --people 1000         # one of them
npm run bench -- --people 1000000                        # a million people: takes long
npm run bench -- --lines get,create --dry-run            # a look at some lines, which keeps nothing
npm run bench -- --stores postgres --workers 2           # with worker threads; keeps nothing
npm run bench -- --page                                  # writes this page again from bench/figures.json
npm run bench:peers                                      # beside other libraries, which it installs into a folder of its own
\`\`\`

Others measure one matter each and print a table: \`bench:costs\` (what one organization costs the others), \`bench:idle\`, \`bench:large\`,
\`bench:webhooks\`, \`bench:console\`, \`bench:acceptance\` and \`bench:strangers\` (SAML). All need Linux, whose /proc they read. \`npm test\` plays a short
form of \`npm run bench\` and holds its ratios against bounds with much room.

- *CPU* is user and system time for one request: of the server, then of all processes of PostgreSQL. ${callers} requests are under way at any time; client,
  server and database share the machine, over loopback. Of several rounds the one counts in which the request took the least CPU: what else runs only adds to it.
- *Floor*: Hono on node:http with one statement behind it. *SELECT*: 1.5 KB by primary key. *Two INSERTs*: 1.5 KB and a small row, in a transaction of
  their own. *Grouped*: the same two, on the embedded store in one transaction for all that came in one turn of the event loop, on PostgreSQL as one statement.
  Reads are told as a multiple of SELECT, changes as one of *grouped*, which is the least that the store can do.
- *Block*: the longest turn of the server's event loop, in CPU of its thread: what other processes took meanwhile blocks nobody on a machine of its own.
  *Disk*: what the server sent to the disk for one request, as Linux counts it; on PostgreSQL what it wrote into its write-ahead log.
- Half of the people are in eight groups. \`filter\` is a match by userName; \`PATCH active\` makes somebody inactive or active again; \`member\` takes one
  person out of a group of everybody, or puts them back; \`bulk of 100\` creates a hundred people in one request. The mixes are what Okta (match, read, PUT, create,
  member) and Entra (60 % match, 25 % PATCH, 10 % create, 5 % member) send. Every change changes something and writes its event.
`

function renderRun(run: Run): string {
  const { store, people, floor } = run
  const floorRows = (
    [
      ['floor: SELECT', floor.select],
      ['floor: two INSERTs', floor.insert],
      ['floor: grouped', floor.group],
    ] as const
  ).map(([name, figures]) => `| ${name} | ${cells(figures)} | | |`)
  const rows = scenarios.flatMap((scenario) => {
    const figures = run.lines[scenario]
    if (figures === undefined) return []
    const goal = goals[scenario]
    const refused = figures.refused > 0 ? ` (${figures.refused} refused)` : ''
    const ratio = costOf(figures) / costOf(floor[goal.floor])
    return [
      `| ${scenario}${refused} | ${cells(figures)} | ${times(ratio)} | ${held(ratio, goal.most?.[store], 'x')} |`,
    ]
  })
  const head =
    '| | requests/s | p50 ms | p99 ms | CPU ms | block ms | disk KB | of its floor | goal |\n|---|---|---|---|---|---|---|---|---|'
  return `## ${capital(storeNames[store])}, ${count(people)} people

${tellCircumstances(run)}

${head}
${[...floorRows, ...rows].join('\n')}

${renderLoad(run)}
`
}

function renderLoad({ store, people, loadSeconds, loadBlockMs, listedMb }: Run): string {
  const load = people === 100_000 ? ` (goal: ${held(loadSeconds, loadGoals[store], ' s')})` : ''
  const memory = memoryGoals[store].find(([most]) => people <= most)?.[1]
  return `${count(people)} people by Bulk: ${loadSeconds.toFixed(1)} s${load}. Longest block meanwhile and while all were put into groups and listed: ${loadBlockMs.toFixed(0)} ms (goal: ${held(loadBlockMs, blockGoalMs, ' ms')}). Resident memory after a listing of everybody: ${listedMb.toFixed(0)} MB (goal: ${held(listedMb, memory, ' MB')}).`
}

function tellCircumstances({ date, machine, node, rounds, seconds, otherLoad }: Circumstances): string {
  return `Seen on ${date}: ${machine}, Node ${node}, ${rounds === 1 ? 'one round' : `the quietest of ${rounds} rounds`} of ${seconds} s; other processes used ${otherLoad.toFixed(1)} cores meanwhile.`
}

function cells(figures: Figures): string {
  const { perSecond, p50Ms, p99Ms, serverMs, databaseMs, blockMs, writtenKb } = figures
  const cpu = databaseMs === 0 ? serverMs.toFixed(3) : `${serverMs.toFixed(3)} + ${databaseMs.toFixed(3)}`
  return [
    perSecond.toFixed(0),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    cpu,
    blockMs.toFixed(0),
    writtenKb?.toFixed(1) ?? '',
  ].join(' | ')
}

function renderGrowth(runs: readonly Run[]): string {
  const stores = (['embedded', 'postgres'] as const).flatMap((store) => {
    const sizes = runs.filter((run) => run.store === store)
    const [least, most] = [sizes[0], sizes.at(-1)]
    return least === undefined || most === undefined || least === most ? [] : [{ least, most }]
  })
  if (stores.length === 0) return ''
  const rows = scenarios.map((scenario) => {
    const growths = stores.map(({ least, most }) => {
      const [before, after] = [least.lines[scenario], most.lines[scenario]]
      if (before === undefined || after === undefined) return ''
      const growth = costOf(after) / costOf(before)
      const goal = goals[scenario].growth
      return `${times(growth)}${goal !== undefined && growth > goal ? ' **missed**' : ''}`
    })
    const goal = goals[scenario].growth
    return `| ${scenario} | ${growths.join(' | ')} | ${goal === undefined ? '' : `${goal}x`} |`
  })
  const names = stores.map(
    ({ least, most }) => `${storeNames[least.store]}, ${count(least.people)} to ${count(most.people)}`,
  )
  return `## Growth of the CPU for a request

| | ${names.join(' | ')} | goal |
|---|${names.map(() => '---|').join('')}---|
${rows.join('\n')}
`
}

function renderPeers(peers: PeersRun | undefined): string {
  if (peers === undefined) return ''
  const measured = peers.columns.filter(({ fault }) => fault === undefined)
  const rows = scenarios.flatMap((scenario) => {
    const found = measured.map(({ lines }) => lines[scenario])
    return found.some((figures) => figures !== undefined)
      ? [`| ${scenario} | ${found.map(renderPeerCell).join(' | ')} |`]
      : []
  })
  const faults = peers.columns.flatMap(({ name, version, fault }) =>
    fault === undefined ? [] : [`Without figures: ${name} ${version}: ${fault}`],
  )
  const heads = measured.map(({ name, version }) => `${name}${version === '' ? '' : ` (${version})`}`)
  return `## Beside other libraries

\`npm run bench:peers\` installs each into a folder of its own (never into this tree) and sends all the same requests in the same run; their set-ups are the
files in bench/peers. ${count(peers.people)} people, a group of everybody, nobody in further groups. CPU of server and database in milliseconds, requests a second.
*Refused* requests were answered with an error; where all were, the line does not count. Here every change writes its event and every request its line of activity;
SCIMMY leaves storing to whoever uses it, so that its file stores the resource and nothing else. ${tellCircumstances(peers)}

| | ${heads.join(' | ')} |
|---|${heads.map(() => '---|').join('')}
${rows.join('\n')}
${faults.map((fault) => `\n${fault}\n`).join('')}`
}

function renderPeerCell(figures: Figures | undefined): string {
  if (figures === undefined) return 'not offered'
  const refused = figures.refused > 0 ? `, ${figures.refused} refused` : ''
  return `${costOf(figures).toFixed(3)} ms, ${figures.perSecond.toFixed(0)}/s${refused}`
}

function held(value: number, goal: number | undefined, unit: string): string {
  return goal === undefined ? '' : `${goal}${unit}${value > goal ? ' **missed**' : ''}`
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}x`
}

function count(number: number): string {
  return number.toLocaleString('en')
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
