// The words by which people are searched, behind their rows: a list for each person, and a row for each word. Whoever was there before is
// filled in a slice at a time; up to whom that has come is kept for each organization, until it is done.
import type { Migration } from './migration.ts'

export const searchWords: Migration = {
  number: 77,
  name: 'search-words',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE user_search (
      organization_id ${text} NOT NULL, user_id ${text} NOT NULL, words ${text} NOT NULL,
      PRIMARY KEY (organization_id, user_id))${rowStore}`,
    `CREATE TABLE user_search_word (
      organization_id ${text} NOT NULL, word ${text} NOT NULL, user_id ${text} NOT NULL,
      PRIMARY KEY (organization_id, word, user_id))${rowStore}`,
    `CREATE TABLE user_search_fill (
      organization_id ${text} NOT NULL PRIMARY KEY, after_id ${text} NOT NULL)${rowStore}`,
    // WHERE: without it SQLite reads ON CONFLICT as the join's ON.
    `INSERT INTO user_search_fill (organization_id, after_id) SELECT id, '' FROM organization WHERE id > '' ON CONFLICT DO NOTHING`,
    // Whatever was followed before is filled.
    `INSERT INTO event_sequence (name, position, pruned) SELECT 'search', position, 0 FROM event_sequence WHERE name = 'seal'
      ON CONFLICT DO NOTHING`,
  ],
}
