import { expect, it } from 'vitest'
import { escapeUnseen, hasAnyUnseen, hasUnseen } from './unseen.ts'

/** By what it does; each stands in `Acme`. */
const hostile = {
  'ends the text': '\u0000',
  'ends the line': '\n',
  'ends the line, as C1': '\u0085',
  'ends the line, as Unicode': '\u2028',
  'ends the paragraph': '\u2029',
  'is a command of a terminal': '\u001b',
  'turns the line about': '\u202e',
  isolates: '\u2066',
  'ends what is isolated': '\u2069',
  'is a mark of a direction': '\u200f',
  'is a mark of a direction in Arabic': '\u061c',
  'has no width': '\u200b',
  'joins Latin letters': '\u200d',
  'keeps Latin letters apart': '\u200c',
  'joins words': '\u2060',
  'is a soft hyphen': '\u00ad',
  'is a mark of byte order': 'a\ufeffb',
  'is a filler of Hangul': '\u3164',
  'is a half filler of Hangul': '\uffa0',
  'joins marks': '\u034f',
  'is a vowel of Khmer that is not written': '\u17b4',
  'separates vowels of Mongolian': '\u180e',
  'is an empty pattern of Braille': '\u2800',
  'chooses a variant of a letter': '\ufe0f',
  'chooses another variant of a letter': '\u{e0100}',
  'is a tag': '\u{e0061}',
  'is private': '\ue000',
  'is half of a pair': '\ud800',
  'is no character': '\uffff',
} as const
const taken = [
  'Acme',
  'Łódź 東京',
  'می\u200cخواهم',
  'ශ්\u200dරී',
  '❤\ufe0f',
  '👩\u200d💻 Team',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '葛\u{e0100}城',
  '™\ufe0e',
  '1\ufe0f\u20e3',
  "O'Neil – “x”",
  'a\u0301',
]

it.each(Object.entries(hostile))('m7: what %s is no part of a name', (_, one) => {
  expect([hasUnseen(`Ac${one}me`), hasAnyUnseen(`Ac${one}me`)]).toEqual([true, true])
  expect(hasUnseen(escapeUnseen(`Ac${one}me`))).toBe(false)
  expect(escapeUnseen(`Ac${one}me`)).toMatch(/^Aca?(\\u[0-9a-f]{4}|\\n)+b?me$/)
})

it.each(taken)('m7: %s is spelled so, and shown so', (name) => {
  expect([hasUnseen(name), escapeUnseen(name)]).toEqual([false, name])
})
