// A way in: every room opens with what it is and how it goes, every test says whom it judges, and docs/contributing shows both. What is new
// and says nothing of itself fails here. `UPDATE_DOCS=1 npx --no-install vitest run test/house/rooms.test.ts` writes the pages anew.
// Judges: the house.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPart } from './part.ts'
import { judges, type Room, rooms, root } from './rooms.ts'

/** What only tests use opens like any room, and is judged by nobody. */
const isForTests = ({ name }: Room): boolean => name.endsWith('/testing')
/** Of so many files nobody sees at a glance how they go together. */
const several = 5

const known = new Set(rooms.map(({ name }) => name))
const judgesOf = ({ name }: Room): string[] =>
  judges.filter(({ judged }) => judged?.includes(name)).map(({ file }) => file)

const link = (file: string): string => `[${file.split('/').at(-1)}](../../${file})`

function renderRooms(): string {
  const packages = Map.groupBy(rooms, ({ name }) => name.split('/')[0] as string)
  return [...packages]
    .map(([name, own]) => {
      const rows = own.map(({ name: room, openings: [opening] }) => {
        if (opening === undefined) return ''
        const about = opening.about.replace(/^The room `[^`]+`: (.)/, (_, first: string) =>
          first.toUpperCase(),
        )
        return `| \`${room}\` | ${about} | ${link(opening.file)} |`
      })
      return `## packages/${name}\n\n| room | what it is | opens in |\n|---|---|---|\n${rows.join('\n')}\n`
    })
    .join('\n')
}

function renderTests(): string {
  const rows = rooms
    .filter((room) => !isForTests(room))
    .map((room) => {
      const beside = room.tests.length === 0 ? '·' : `\`npx --no-install vitest run ${room.folder}\``
      const judging = judgesOf(room).map((file) => `[${file.slice(5, -8)}](../../${file})`)
      return `| \`${room.name}\` | ${beside} | ${judging.join(', ') || '·'} |`
    })
  return `| room | tests beside its files | tests in test/ |\n|---|---|---|\n${rows.join('\n')}\n`
}

describe('H7: a way in', () => {
  it.each(rooms.map((room) => [room.name, room] as const))(
    '%s opens with what it is, in one file',
    (_, room) => {
      expect(room.openings.map(({ file }) => file)).toHaveLength(1)
      const [opening] = room.openings
      expect(opening?.about).toMatch(new RegExp(`^The room \`${room.name}\`: `))
      expect(opening?.about.split(/(?<=[.?!]) (?=[A-Z`])/)).toHaveLength(2)
    },
  )

  it('a room of several files says how it goes, in five to ten lines', () => {
    const large = rooms.filter(
      ({ sources }) => sources.length >= several && !sources[0]?.includes('/testing/'),
    )
    const wrong = large.flatMap(({ name, openings: [opening] }) => {
      const count = opening === undefined ? 0 : opening.lines.length + 1
      return count >= 5 && count <= 10 ? [] : [`${name}: ${count} lines`]
    })
    expect(wrong).toEqual([])
  })

  it('a file that an opening names is there', () => {
    const wrong = rooms.flatMap(({ name, folder, openings: [opening] }) => {
      const base = folder.split('/').slice(0, 3).join('/')
      const named = opening?.lines.join(' ').matchAll(/`([a-z][a-z0-9/.-]*?)(?:\.tsx?|\/)?`/g) ?? []
      return [...named].flatMap(([, word = '']) => {
        const paths = [folder, base, '.'].flatMap((place) =>
          ['', '.ts', '.tsx'].map((end) => join(root, place, `${word}${end}`)),
        )
        return known.has(word) || paths.some((path) => existsSync(path)) ? [] : [`${name}: ${word}`]
      })
    })
    expect(wrong).toEqual([])
  })

  it('docs/contributing/rooms.md shows every room', () => {
    expect(readPart('docs/contributing/rooms.md', 'rooms', renderRooms())).toBe(renderRooms())
  })

  it('every test in test/ says whom it judges, and names nobody who is not there', () => {
    const wrong = judges.flatMap(({ file, judged }) => {
      if (judged === undefined) return [`${file} says nothing`]
      return judged
        .filter((name) => name !== 'the house' && !known.has(name))
        .map((name) => `${file}: ${name}`)
    })
    expect(wrong).toEqual([])
  })

  it('every room is judged by somebody', () => {
    const free = rooms.filter(
      (room) => !isForTests(room) && room.tests.length === 0 && judgesOf(room).length === 0,
    )
    expect(free.map(({ name }) => name)).toEqual([])
  })

  it('docs/contributing/tests.md shows which tests judge a room', () => {
    expect(readPart('docs/contributing/tests.md', 'tests', renderTests())).toBe(renderTests())
  })
})
