// Which keys the other nodes have. Each node keeps a row up to date; whether it lives is told by whether the row goes on
// changing, seen from here, so that no two clocks are compared.
import { readJson } from '../base/json.ts'
import type { Database } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'

const prefix = 'secret_key_node/'
/** A row that has not changed for so long is of a node that ended without a word. */
export const goneAfterMs = 60_000

const selectAll = installationStatement('secret_key_nodes')(({ db }) =>
  db.selectFrom('setting').select(['name', 'value']).where('name', 'like', `${prefix}%`),
)
const upsertOne = installationStatement<{ name: string; value: string }>('upsert_secret_key_node')(
  ({ db, place }) =>
    db
      .insertInto('setting')
      .values({ name: place('name'), value: place('value') })
      .onConflict((on) => on.column('name').doUpdateSet({ value: place('value') })),
)
const deleteSame = installationStatement<{ name: string; value: string }>('delete_secret_key_node')(
  ({ db, place }) =>
    db.deleteFrom('setting').where('name', '=', place('name')).where('value', '=', place('value')),
)

/** A node, and the keys that it has. */
export interface Node {
  readonly owner: string
  /** Ids of the keys that it opens with. */
  readonly knows: readonly string[]
  readonly seals: string
}

/** All nodes, seen from one. */
export interface Nodes {
  /** Says what this node has, and reads what the others have; without an own row it only reads. */
  look(own: Omit<Node, 'owner'> | undefined): Promise<readonly Node[]>
  /** Takes the own row away. */
  leave(): Promise<void>
}

/** `clock` is this machine's, and never set back. */
export function createNodes(database: Database, owner: string, clock: () => number): Nodes {
  const seen = new Map<string, { readonly value: string; readonly at: number }>()
  const name = prefix + owner
  let beats = 0
  let own: string | undefined

  const notice = async (row: { readonly name: string; readonly value: string }): Promise<boolean> => {
    const known = seen.get(row.name)
    if (known?.value !== row.value) {
      seen.set(row.name, { value: row.value, at: clock() })
      return true
    }
    if (clock() - known.at < goneAfterMs) return true
    seen.delete(row.name)
    await database.inInstallation('jobs', async (tx) => tx.write(deleteSame, row))
    return false
  }

  const say = (value: string) => {
    own = value
    return database.inInstallation('jobs', async (tx) => {
      tx.write(upsertOne, { name, value })
      return tx.all(selectAll, {})
    })
  }

  return {
    async look(state) {
      const rows = await (state === undefined
        ? database.readInstallation('jobs', selectAll, {})
        : say(JSON.stringify({ ...state, beat: ++beats })))
      const living: Node[] = []
      for (const row of rows) if (row.name !== name && (await notice(row))) living.push(toNode(row))
      return living
    },
    async leave() {
      const value = own
      if (value === undefined) return
      await database.inInstallation('jobs', async (tx) => tx.write(deleteSame, { name, value }))
    },
  }
}

function toNode({ name, value }: { readonly name: string; readonly value: string }): Node {
  const { knows, seals } = readJson<Omit<Node, 'owner'>>(value)
  return { owner: name.slice(prefix.length), knows, seals }
}
