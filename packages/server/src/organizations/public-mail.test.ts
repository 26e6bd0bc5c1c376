import { describe, expect, it } from 'vitest'
import { readDomainName } from './public-mail.ts'

describe('readDomainName', () => {
  it.each([
    ['acme.com', 'acme.com'],
    ['ACME.com.', 'acme.com'],
    [' sub.acme.co.uk ', 'sub.acme.co.uk'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['acme.test', 'acme.test'],
  ])('%j is %s', (text, name) => {
    expect(readDomainName(text)).toEqual({ name })
  })

  it.each([
    '',
    'com',
    'co.uk',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'a b.com',
    'acme.com/x',
    'acme.com:443',
    'x@acme.com',
    '-',
    '*.acme.com',
    'github.io',
    'acme..com',
  ])('%j cannot be claimed', (text) => {
    expect(readDomainName(text)).toEqual({ fault: 'domain_invalid' })
  })

  it.each([
    'gmail.com',
    'GMAIL.com',
    'outlook.com',
    'yahoo.co.uk',
    'gmx.de',
    'icloud.com',
    'proton.me',
    'mail.gmail.com',
  ])('%s is public mail', (text) => {
    expect(readDomainName(text)).toEqual({ fault: 'domain_public' })
  })
})
