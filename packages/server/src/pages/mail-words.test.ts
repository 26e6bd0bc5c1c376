// What a mail says in each language: the values apart from the words, and a number in its plural form.
// Judges: server/pages.
import { describe, expect, it } from 'vitest'
import { listOfRecord, toMailLanguage } from './language.ts'
import { renderInLanguage, renderSentence, sayInMail } from './mail-words.ts'

describe('a sentence of a mail', () => {
  const named = sayInMail('mail.makers.keyBy', { name: '“Sync”', maker: '“ada.”' })

  it('isolates what is filled in where it or the language runs from right to left, and nowhere else', () => {
    expect(renderSentence('de', named)).toBe('der API-Schlüssel “Sync”, angelegt von “ada.”')
    expect(renderSentence('ar', named)).toBe('مفتاح API \u2068“Sync”\u2069، أنشأه \u2068“ada.”\u2069')
    const arabic = sayInMail('mail.makers.key', { name: '“مزامنة”' })
    expect(renderSentence('en', arabic)).toBe('the API key \u2068“مزامنة”\u2069')
  })

  it('leaves an address that has its line for itself as it is', () => {
    const about = sayInMail('mail.about', { organization: '“Acme”', url: 'https://acme.test/x' })
    expect(renderSentence('ar', about).split('\n')[1]).toBe('https://acme.test/x')
  })

  it('says a number in its plural form, words within words, and a list with what parts it', () => {
    const days = (days: number) => sayInMail('mail.days', { days })
    expect(renderSentence('en', sayInMail('mail.key.one', { days: days(1) }))).toBe(
      'An API key ends in a day',
    )
    expect(renderSentence('de', sayInMail('mail.key.one', { days: days(7) }))).toContain('in 7 Tagen ab')
    expect(renderSentence('ar', days(2))).toBe('يومين')
    const changes = [sayInMail('part.issuer'), sayInMail('part.scopes')]
    const now = sayInMail('mail.anchor.now', { host: 'idp.test', changes })
    expect(renderSentence('en', now)).toContain('Changed: Issuer, Scopes.')
    expect(renderSentence('ar', now)).toContain('المُصدر، ')
  })

  it('of what this version has no words for nothing is said', () => {
    const kept = JSON.parse('{"key":"mail.of.another.version","values":{"name":"x"}}')
    expect(renderSentence('en', kept)).toBe('')
    expect(renderSentence('en', { ...kept, key: 'constructor' })).toBe('')
  })

  it('stands in paragraphs, and a list in lines', () => {
    const mail = renderInLanguage('en', sayInMail('mail.makers.subject'), sayInMail('mail.makers.text'), [
      named,
      named,
    ])
    expect(mail.text).toBe(
      'They work on until somebody changes them:\n\n- the API key “Sync”, made by “ada.”\n- the API key “Sync”, made by “ada.”\n',
    )
  })
})

it.each([
  [{ preferredLanguage: 'de-AT' }, 'de'],
  [{ preferredLanguage: 'fr, ar;q=0.8' }, 'ar'],
  [{ preferredLanguage: 'fr', locale: 'de_DE' }, 'de'],
  [{ locale: 'ar_EG' }, 'ar'],
  [{ preferredLanguage: ['de'], locale: 7 }, 'en'],
  [{}, 'en'],
] as const)('a record of %j is written to in %s (RFC 7643 §4.1.1)', (record, language) => {
  expect(toMailLanguage(listOfRecord(record))).toBe(language)
})
