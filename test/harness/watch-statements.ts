// What a request asks of the store: the names of its statements, and how often it waits for PostgreSQL.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from '../../packages/server/src/store/database.ts'

/** What one request asked. */
export interface Asked {
  /** In the order in which they were asked. */
  readonly statements: string[]
  /** On PostgreSQL: each read waits for its answer, and what a unit writes goes with its next read or its COMMIT. */
  trips: number
}

const asking = new AsyncLocalStorage<Asked>()

/** Runs it, and resolves to what it asked until then. What the service does meanwhile by itself is not counted. */
export async function watchAsked(request: () => Promise<unknown>): Promise<Asked> {
  const asked: Asked = { statements: [], trips: 0 }
  await asking.run(asked, request)
  return { statements: [...asked.statements], trips: asked.trips }
}

type Read = { readonly name: string }

/** The store, which tells `watchAsked`. */
export function watchStatements(database: Database): Database {
  const noteRead = (statement: Read): void => {
    const asked = asking.getStore()
    asked?.statements.push(statement.name)
    if (asked !== undefined) asked.trips += 1
  }
  return {
    ...database,
    inOrganization: (scope, work) => {
      const asked = asking.getStore()
      if (asked === undefined) return database.inOrganization(scope, work)
      return database.inOrganization(scope, async (tx) => {
        let isAsked = false
        let owed = 0
        const note = ({ name }: Read): void => {
          asked.statements.push(name)
          isAsked = true
        }
        // What is asked while an answer is owed leaves with it.
        const read = async <Rows>(statement: Read, ask: () => Promise<Rows>): Promise<Rows> => {
          note(statement)
          if (owed === 0) asked.trips += 1
          owed += 1
          return ask().finally(() => {
            owed -= 1
          })
        }
        const value = await work({
          ...tx,
          all: (statement, args) => read(statement, () => tx.all(statement, args)),
          first: (statement, args) => read(statement, () => tx.first(statement, args)),
          change: (statement, args) => read(statement, () => tx.change(statement, args)),
          write: (statement, args) => {
            note(statement)
            tx.write(statement, args)
          },
        })
        if (isAsked) asked.trips += 1
        return value
      })
    },
    readOrganization: (scope, statement, args) => {
      noteRead(statement)
      return database.readOrganization(scope, statement, args)
    },
    readInstallation: (purpose, statement, args) => {
      noteRead(statement)
      return database.readInstallation(purpose, statement, args)
    },
  }
}
