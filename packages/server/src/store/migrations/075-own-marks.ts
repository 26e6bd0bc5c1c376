// What is said of an account beside its names is written as no name can be, which is compared without capitals: by what an identity provider
// knew somebody, and the addresses of those who were removed. What a version before wrote is copied to that form, and goes when no node reads
// it any more. Where the account itself was called so, it is its name as well, and both stay.
import type { Migration } from './migration.ts'

// A text of a resource begins behind a quotation mark.
const isCalledLike = (words: string) => `lower(k.resource) LIKE '%"${words}%'`
const isNoted = (name: string) =>
  `EXISTS (SELECT 1 FROM deleted_email AS n WHERE n.organization_id = e.organization_id AND n.value_key = ${name} AND n.user_id = e.user_id)`
const rows = `deleted_email AS e JOIN deleted_user AS k ON k.organization_id = e.organization_id AND k.id = e.user_id`

/** `identity`, an id of a connection and 64 digits. */
const isIdentity = `e.value_key >= 'identity conn_' AND e.value_key < 'identity conn\`' AND length(e.value_key) = 105`
const identityName = `'Identity ' || substr(e.value_key, 10)`
// Of a connection that is gone nobody comes by it.
const isKnownBy = `EXISTS (SELECT 1 FROM identity AS i WHERE i.organization_id = e.organization_id AND i.user_id = e.user_id
  AND i.connection_id = substr(e.value_key, 10, 31))`

/** Of names alone, nobody was removed. */
const isRemoved = `e.value_key >= 'removed ' AND e.value_key < 'removed!' AND k.resource <> '{}'`
const isAddress = `replace(lower(k.resource), '"' || substr(e.value_key, 9) || '"', '') <> lower(k.resource)`
const removedName = `'Removed ' || substr(e.value_key, 9)`

const copy = (name: string, is: string) =>
  `INSERT INTO deleted_email (organization_id, value_key, user_id) SELECT e.organization_id, ${name}, e.user_id FROM ${rows}
    WHERE ${is} AND NOT ${isNoted(name)} LIMIT 1000`
const forget = (name: string, is: string, words: string) =>
  `DELETE FROM deleted_email WHERE (organization_id, value_key, user_id) IN (SELECT e.organization_id, e.value_key, e.user_id FROM ${rows}
    WHERE ${is} AND NOT ${isCalledLike(words)} AND ${isNoted(name)})`

const people = ['"user"', 'deleted_user']
const lists = ['blocked_as', 'given_as']
const before = `'"identity conn_'`
const after = `'"Identity conn_'`
const has = (list: string, words: string) => `replace(${list}, ${words}, '') <> ${list}`
// Both forms in one list, as long as a version before reads it.
const addTo = (table: string, list: string) =>
  `UPDATE ${table} SET ${list} = substr(${list}, 1, length(${list}) - 1) || ',' || substr(replace(${list}, ${before}, ${after}), 2)
    WHERE (organization_id, id) IN (SELECT organization_id, id FROM ${table} AS k WHERE k.${list} IS NOT NULL
      AND ${has(`k.${list}`, before)} AND NOT ${has(`k.${list}`, after)} LIMIT 1000)`
const rewrite = (table: string, list: string) =>
  `UPDATE ${table} SET ${list} = replace(${list}, ${before}, ${after}) WHERE (organization_id, id) IN (SELECT organization_id, id
    FROM ${table} AS k WHERE k.${list} IS NOT NULL AND ${has(`k.${list}`, before)} AND k.user_name_key NOT LIKE 'identity conn_%'
      AND NOT ${isCalledLike('identity conn_')})`
const eachList = (statement: (table: string, list: string) => string) =>
  people.flatMap((table) => lists.map((list) => statement(table, list)))

const tables = ['deleted_email', 'deleted_user', 'identity', 'user']

export const ownMarks: Migration = {
  number: 75,
  name: 'own-marks',
  statements: () => [],
  fill: ({ seeAllRows }) => [
    ...tables.flatMap(seeAllRows),
    copy(identityName, `${isIdentity} AND (NOT ${isCalledLike('identity conn_')} OR ${isKnownBy})`),
    copy(removedName, `${isRemoved} AND (NOT ${isCalledLike('removed ')} OR ${isAddress})`),
    ...eachList(addTo),
  ],
  contract: ({ seeAllRows }) => [
    ...tables.flatMap(seeAllRows),
    forget(identityName, isIdentity, 'identity conn_'),
    forget(removedName, isRemoved, 'removed '),
    ...eachList(rewrite),
  ],
}
