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
        const note = ({ name }: Read, isRead: boolean): void => {
          asked.statements.push(name)
          isAsked = true
          if (isRead) asked.trips += 1
        }
        const value = await work({
          ...tx,
          all: (statement, args) => {
            note(statement, true)
            return tx.all(statement, args)
          },
          first: (statement, args) => {
            note(statement, true)
            return tx.first(statement, args)
          },
          change: (statement, args) => {
            note(statement, true)
            return tx.change(statement, args)
          },
          write: (statement, args) => {
            note(statement, false)
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
