import { describe, expect, it } from 'vitest'
import { domainOfAddress, isPlainAddress, readAddress, spellingsOf } from './address.ts'

const invisible = [
  '\u0000',
  '\u001f',
  ' ',
  '\t',
  '\n',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u00ad',
  '\u034f',
  '\u061c',
  '\u115f',
  '\u180e',
  '\u200b',
  '\u200d',
  '\u200e',
  '\u202e',
  '\u2028',
  '\u2060',
  '\u2800',
  '\u3000',
  '\u3164',
  '\ufe0f',
  '\ufeff',
  '\uffa0',
  '\ue000',
  '\ud800',
  '\u{e0041}',
]

describe('readAddress', () => {
  it.each([
    ['a@acme.com', 'a@acme.com'],
    ['Ada.Lovelace+x@ACME.com', 'Ada.Lovelace+x@acme.com'],
    ['mailto:eve@acme.com', 'eve@acme.com'],
    ['SMTP:eve@acme.com', 'eve@acme.com'],
    ['jörg@acme.com', 'jörg@acme.com'],
    ['jo\u0308rg@acme.com', 'jörg@acme.com'],
    ['علي@acme.com', 'علي@acme.com'],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['a@localhost', 'a@localhost'],
    ["o'brien@acme.com", "o'brien@acme.com"],
  ])('%j is %s', (text, address) => {
    expect(readAddress(text)?.address).toBe(address)
  })

  it.each([
    '',
    '@acme.com',
    'acme.com',
    'a@',
    'a@b@acme.com',
    '"x"@acme.com',
    'CN=x,E=x@acme.com',
    'E=x@acme.com',
    'ACME\\x@acme.com',
    'a;b@acme.com',
    'a,b@acme.com',
    '..x@acme.com',
    '.x@acme.com',
    'x.@acme.com',
    'a..b@acme.com',
    'a b@acme.com',
    'mailto:mailto:a@acme.com',
    'http:a@acme.com',
    '<a@acme.com>',
    'Ada <a@acme.com>',
    'a@acme..com',
    'a@acme.com.',
    'a@.acme.com',
    'a@127.0.0.1',
    'a@1.2',
    'a@0x7f.1',
    'a@[::1]',
    'a@acme.com/evil',
    'a@acme.com:80',
    'a@acme.com\\evil',
    'a@acme%2ecom',
    'a@acme.com?x',
    `${'a'.repeat(320)}@acme.com`,
  ])('%j is none', (text) => {
    expect(readAddress(text)).toBeUndefined()
  })

  it.each(invisible)('%j is in no local part: before, within or after', (character) => {
    for (const local of [`${character}ceo`, `c${character}eo`, `ceo${character}`])
      expect(readAddress(`${local}@acme.com`), JSON.stringify(local)).toBeUndefined()
  })

  // Whatever UTS 46 takes for the same domain has the same spelling afterwards.
  it('F39 look-alikes: every twin of a domain is read as the domain itself, or not at all', () => {
    const domain = 'domain.example'
    let read = 0
    for (let code = 0x80; code <= 0x1_ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const character = String.fromCodePoint(code)
      const folded = character.normalize('NFKC').toLowerCase()
      const twins = domain.includes(folded) ? [domain.replace(folded, character)] : []
      if (/\p{Default_Ignorable_Code_Point}/u.test(character)) twins.push(`do${character}main.example`)
      for (const twin of twins) {
        const found = domainOfAddress(`a@${twin}`)
        if (found !== undefined && !found.startsWith('xn--')) expect(found, JSON.stringify(twin)).toBe(domain)
        if (found === domain) read += 1
        if (twin !== domain) expect(isPlainAddress(`a@${twin}`) && found === domain, twin).toBe(false)
      }
    }
    expect(read).toBeGreaterThan(100)
  })
})

describe('spellingsOf', () => {
  it.each([
    ['a@acme.com', ['a@acme.com', 'a@acme.com']],
    ['a@bücher.example', ['a@xn--bcher-kva.example', 'a@bücher.example']],
    ['a@xn--bcher-kva.example', ['a@xn--bcher-kva.example', 'a@bücher.example']],
    ['no address', ['no address', 'no address']],
    ['', ['', '']],
  ])('%j has %j', (key, spellings) => {
    expect(spellingsOf(key)).toEqual(spellings)
  })
})

describe('isPlainAddress', () => {
  it.each(['ceo@acme.com', 'CEO@Acme.com', 'jörg@acme.com', 'a@bücher.example', 'a@xn--bcher-kva.example'])(
    '%j is',
    (address) => {
      expect(isPlainAddress(address)).toBe(true)
    },
  )

  it.each([
    'сео@acme.com',
    'cеo@acme.com',
    'adm\u0131n@acme.com',
    '\u017fam@acme.com',
    '\u212aim@acme.com',
    'ｃｅｏ@acme.com',
    'o\ufb03ce@acme.com',
    'ceo@ａcme.com',
    'ceo@ac\u00adme.com',
    'ceo@acme。com',
    'mailto:ceo@acme.com',
    'c\u200beo@acme.com',
    'علي@acme.com',
  ])('%j is not', (address) => {
    expect(isPlainAddress(address)).toBe(false)
  })
})

describe('whether nobody could take it for another one', () => {
  it('is told of a long one in one look', () => {
    const local = 'a'.repeat(100)
    expect(isPlainAddress(`${local}@acme.com`)).toBe(true)
    expect(isPlainAddress(`${local}\u0434@acme.com`)).toBe(false)
  })
})
