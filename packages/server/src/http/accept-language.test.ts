import { expect, it } from 'vitest'
import { readAcceptLanguage, readUiLocales } from './accept-language.ts'

it('ranges come by their weight, those of the same weight as they stand (RFC 9110 §12.5.4)', () => {
  expect(readAcceptLanguage('da, en-GB;q=0.8, en;q=0.7')).toEqual(['da', 'en-gb', 'en'])
  expect(readAcceptLanguage('en;q=0.5,de-AT,ar ; q=0.999 ,*;q=0.1')).toEqual(['de-at', 'ar', 'en', '*'])
  expect(readAcceptLanguage('fr, de, en')).toEqual(['fr', 'de', 'en'])
})

it('what weighs nothing is not wanted, and what is no range is no wish', () => {
  expect(readAcceptLanguage('de;q=0, en')).toEqual(['en'])
  expect(readAcceptLanguage('de;q=0.000, ar;q=1.000')).toEqual(['ar'])
  for (const broken of [
    '',
    ' ',
    ',,',
    'de;q=2',
    'de;q=-1',
    'de;q=0.1234',
    'de;q=x',
    'de_DE',
    'überall',
    'a'.repeat(9),
  ])
    expect(readAcceptLanguage(broken), broken).toEqual([])
})

it('a long field costs no more than its beginning', () => {
  expect(readAcceptLanguage(`${'fr,'.repeat(100)}de`)).not.toContain('de')
})

it('ui_locales stand between spaces, as they are wanted (OpenID Connect Core §3.1.2.1)', () => {
  expect(readUiLocales('fr-CA fr  en')).toEqual(['fr-ca', 'fr', 'en'])
  expect(readUiLocales('<script> de')).toEqual(['de'])
})
