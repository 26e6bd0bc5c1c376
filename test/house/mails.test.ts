// Every mail goes through one door: no room sends or queues one without a place in what may be sent, and only the allowances give places.
// Judges: server/deliveries.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const base = resolve(import.meta.dirname, '../../packages/server/src')
const sources = readdirSync(base, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name: relative(base, join(base, name)), text: readFileSync(join(base, name), 'utf8') }))

/** Who says each of these words, the file that makes them apart. */
const sayers = (words: RegExp, but: string) =>
  sources
    .filter(({ name, text }) => name !== but && words.test(text))
    .map(({ name }) => name)
    .toSorted()

it('7: a mail is handed on by the one door alone', () => {
  // The row of the queue, the mail server, and the sender that the service was started with.
  expect(sayers(/queue_mail|'nodemailer'|targetId = 'mail'/, 'deliveries/mail.ts')).toEqual([
    'outbound/mail.ts',
  ])
  expect(sayers(/\bsendMail\s*\(|\.sendMail\s*\(/, 'deliveries/mail.ts')).toEqual(['outbound/mail.ts'])
  expect(sayers(/\bcreateMailer\(/, 'outbound/mail.ts')).toEqual(['node.ts'])
})

it('7: places are given by the allowances alone, and each kind to those who are known to take it', () => {
  const door = 'deliveries/allowance.ts'
  expect(sayers(/as (?:unknown as )?MailPlace/, door)).toEqual([])
  const takers = Object.fromEntries(
    [...readFileSync(join(base, door), 'utf8').matchAll(/export (?:async )?function (\w+)/g)].map(
      ([, name = '']) => [name, sayers(new RegExp(`\\b${name}\\(`), door)],
    ),
  )
  expect(takers).toEqual({
    // On somebody's word, to an address of their choice.
    takeMail: ['invitations/invitations.ts', 'invitations/set-up-links.ts', 'provisioning/recovery.ts'],
    takeLinkMail: ['provisioning/anchor-links.ts'],
    takeOwnLinkMail: ['provisioning/anchor-links.ts'],
    // To those who may confirm, in words of ours.
    takeQuestionMail: ['notices/question.ts'],
    // Told to owners, administrators and the operator.
    takeNoticeMail: ['notices/notify.ts'],
    placeOfGathered: ['notices/gathered.ts'],
    placeOfLastWord: ['provisioning/recovery.ts'],
    placeOfService: ['notices/damage.ts', 'webhooks/endpoints.ts'],
  })
})
