import { describe, expect, it } from 'vitest'
import { type PostgresAddress, readPostgresUrl } from './postgres-url.ts'

const read = (text: string, environment: Record<string, string> = {}): PostgresAddress => {
  const address = readPostgresUrl(text, environment)
  if (typeof address === 'string') throw new Error(address)
  return address
}
const refuse = (text: string): string => {
  const fault = readPostgresUrl(text, {})
  if (typeof fault !== 'string') throw new Error('it was taken')
  return fault
}

describe('DATABASE_URL', () => {
  it('F8: takes every character of a password, written as it is or by its code', () => {
    for (const code of Array.from({ length: 95 }, (_, at) => 32 + at)) {
      const character = String.fromCharCode(code)
      const password = `a${character}1${character}z`
      const written = `postgres://u:${encodeURIComponent(password)}@db.example.com/d`
      expect(read(written).password, character).toBe(password)
      if ('/?#%'.includes(character)) continue
      expect(read(`postgres://u:${password}@db.example.com/d`).password, character).toBe(password)
    }
    expect(read('postgres://u:päß@db.example.com/d').password).toBe('päß')
  })

  it.each([
    ['postgres://rc:hunter2/secret@db.example.com/d', /has a "\/" before an "@".*%2F/],
    ['postgres://rc:12345/Secret@db.example.com/d', /has a "\/" before an "@".*%2F/],
    ['postgres://rc:p@ss/hunter2@db.example.com/d', /has a "\/" before an "@".*%2F/],
    ['postgres://rc:hunter2?secret@db.example.com/d', /has a "\?" before an "@".*%3F/],
    ['postgres://rc:hunter2#secret@db.example.com/d', /has a "#" before an "@".*%23/],
    ['postgres://rc:hunter2secret@db.example.com/d#x', /has a "#".*%23/],
    ['postgres://rc:hunter%2secret@db.example.com/d', /has a "%".*%25/],
    ['postgres://rc:hunter2%ffsecret@db.example.com/d', /has a "%".*%25/],
    ['postgres://rc:hunter2\tsecret@db.example.com/d', /control character/],
    ['mysql://rc:hunter2secret@db.example.com/d', /must begin with postgres:/],
    ['postgres://rc:hunter2secret@db.example.com:many/d', /port/],
    ['postgres://rc:hunter2secret@db.example.com:70000/d', /port/],
  ])('F8: refuses %s in words that name the character and show nothing of the password', (text, words) => {
    const fault = refuse(text)
    expect(fault).toMatch(words)
    expect(fault).not.toMatch(/hunter|secret|ss\//i)
  })

  it.each([
    'postgres://u:p@one,two/d',
    'postgres://u:p@one:5432,two:5433/d?target_session_attrs=read-write',
    'postgres://u:p@/d?host=one,two',
  ])('F11: refuses several hosts in words: %s', (text) => {
    expect(refuse(text)).toMatch(/several hosts: give one address that follows/)
  })

  it('takes sockets, IPv6, and what libpq puts behind the question mark', () => {
    expect(read('postgres://u@%2Fvar%2Frun%2Fpostgresql/d').host).toBe('/var/run/postgresql')
    expect(read('postgres:///d?host=/run&port=5433&user=u')).toMatchObject({
      host: '/run',
      port: 5433,
      user: 'u',
      database: 'd',
    })
    expect(read('postgresql://u:p@[::1]:5433/d')).toMatchObject({ host: '::1', port: 5433 })
    expect(read('postgres://u%40server:p@h/d').user).toBe('u@server')
    expect(read('postgres://h/d?application_name=x&options=-c%20geqo%3Doff').extra).toEqual({
      application_name: 'x',
      options: '-c geqo=off',
    })
  })

  it('F7: reads the modes of TLS as libpq does', () => {
    const modeOf = (query: string, environment = {}) => read(`postgres://u:p@h/d?${query}`, environment).mode
    expect(modeOf('')).toBe('prefer')
    for (const mode of ['disable', 'allow', 'prefer', 'require', 'verify-full'])
      expect(modeOf(`sslmode=${mode}`)).toBe(mode)
    // With a root certificate at hand it is looked at.
    const root = encodeURIComponent(import.meta.filename)
    expect(modeOf(`sslmode=require&sslrootcert=${root}`)).toBe('verify-ca')
    expect(modeOf(`sslmode=verify-ca&sslrootcert=${root}`)).toBe('verify-ca')
    expect(modeOf('sslrootcert=system')).toBe('verify-full')
    expect(modeOf('', { PGSSLMODE: 'require' })).toBe('require')
    expect(modeOf('sslmode=disable', { PGSSLMODE: 'require' })).toBe('disable')
    expect(modeOf('ssl=true', { PGSSLMODE: 'disable' })).toBe('verify-full')
    expect(read('postgres://h/d?sslmode=require').tls.rejectUnauthorized).toBe(false)
    expect(read('postgres://h/d?sslmode=verify-full').tls.rejectUnauthorized).toBeUndefined()
    expect(read(`postgres://h/d?sslmode=verify-ca&sslrootcert=${root}`).tls).toMatchObject({
      ca: expect.stringContaining('DATABASE_URL'),
      checkServerIdentity: expect.any(Function),
    })
    expect(refuse('postgres://h/d?sslmode=verify-ca')).toMatch(/verify-ca without sslrootcert/)
    expect(refuse('postgres://h/d?sslmode=require&sslrootcert=system')).toMatch(/verify-full only/)
    expect(refuse('postgres://h/d?sslmode=strict')).toMatch(/none of disable, allow, prefer/)
    expect(refuse('postgres://h/d?sslrootcert=/none/such.pem')).toMatch(
      /sslrootcert that cannot be read \(ENOENT\)/,
    )
  })
})
