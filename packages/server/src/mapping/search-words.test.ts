// Which words of a person a search finds: by the beginning of any of them, however they are written.
import { describe, expect, it } from 'vitest'
import { isFoundIn, readSearchText, toSearchText, toSearchWords, toWantedWords } from './search-words.ts'

const userOf = (names: {
  userName?: string
  displayName?: string
  externalId?: string
  emails?: string[]
}) => ({
  id: 'usr_01kc3f9v0hq2x8y7z6w5t4s3r2',
  userName: names.userName ?? 'someone',
  externalId: names.externalId ?? null,
  resource: {
    displayName: names.displayName ?? null,
    emails: (names.emails ?? []).map((value) => ({ value })),
  },
})
const finds = (user: ReturnType<typeof userOf>, search: string) => {
  const wanted = toWantedWords(search)
  return wanted.length > 0 && isFoundIn(toSearchText(toSearchWords(user)), wanted)
}

describe('a search of people', () => {
  const ada = userOf({
    userName: 'ada.lovelace42@acme.test',
    displayName: 'Ada King, Countess of Lovelace',
    externalId: '00u1AbC-9f',
    emails: ['a_king@globex.test'],
  })
  it.each([
    'Lovelace',
    'love',
    'LOVELACE ada',
    'acme.test',
    'ada.lovelace42@acme.test',
    '42',
    'lovelace42',
    'king@globex',
    'countess ki',
    '00u1abc',
    '9f',
    'usr_01kc3f9v0hq2x8y7z6w5t4s3r2',
    '01KC3F9',
  ])('finds by %j', (search) => expect(finds(ada, search)).toBe(true))
  it.each(['ovelace', 'ada byron', 'cme', 'abc', 'usr_02', '@', ''])('finds nobody by %j', (search) =>
    expect(finds(ada, search)).toBe(false),
  )

  it.each([
    ['José Łukasz Ñandú', 'jose lukasz nandu'],
    ['Jose', 'JOSÉ'],
    ['Straße', 'strasse'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['Ａｄａ', 'ada'],
    ['İstanbul', 'istanbul'],
    ['Søren Æbelø', 'soren aebelo'],
    ['أَحْمَد الزهراني', 'احمد الز'],
    ['إيمان', 'ايمان'],
    ['فاطمة', 'فاطمه'],
    ['مـحـمـد ٤٢', 'محمد 42'],
    ['على', 'علي'],
    ['山田太郎', '太郎'],
    ['김철수', '김철'],
    ['สมชาย', 'ชาย'],
  ])('of %j finds by %j', (displayName, search) => expect(finds(userOf({ displayName }), search)).toBe(true))

  it('finds whoever was found by a beginning of the whole name before', () => {
    const names = ['Ada2 K-L', 'x..y', 'Ünal, 7up', 'a1b2c3', '株式会社12b', 'd’Arc']
    for (const displayName of names)
      for (let length = 1; length <= displayName.length; length += 1) {
        const search = displayName.slice(0, length)
        expect(finds(userOf({ displayName }), search), search).toBe(toWantedWords(search).length > 0)
      }
  })

  it('keeps few words of whoever has very many, and whole characters', () => {
    const emails = Array.from({ length: 2_000 }, (_, at) => `a${at}b@c${at}.test`)
    const words = toSearchWords(userOf({ displayName: '1a'.repeat(500), emails }))
    expect(words.length).toBe(300)
    const [long = ''] = toWantedWords('𠮷'.repeat(60))
    expect([...long]).toHaveLength(40)
    expect(long.isWellFormed()).toBe(true)
    expect(readSearchText(toSearchText(words))).toEqual(words)
  })
})
