// What the example product knows of people, read beside it from its own file.
import { DatabaseSync } from 'node:sqlite'

/** By their addresses, whether they are active. */
export function readPeople(file: string): Record<string, boolean> {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  try {
    const rows = db.prepare('SELECT email, active FROM user').all()
    return Object.fromEntries(rows.map(({ email, active }) => [String(email), active === 1]))
  } finally {
    db.close()
  }
}
