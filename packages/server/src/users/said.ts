// Who said a block, or gave a role by hand, and what the account was called then: kept with the account, and passed on with the word.
import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

/** The columns that hold it. */
export const saidColumns = [
  'blocked_by_owner_at',
  'role_by_owner',
  'blocked_as',
  'is_block_passed_on',
  'given_as',
] as const

/** What was said of an account. */
export type Said = Pick<UserTable, (typeof saidColumns)[number]>

/** Of whom nothing was said. */
export const nothingSaid: Said = {
  blocked_by_owner_at: null,
  role_by_owner: null,
  blocked_as: null,
  is_block_passed_on: null,
  given_as: null,
}

/** Of a word that was said of another account. */
export const passedOn = '[]'

/** What was said of somebody, and holds for another account of theirs. */
export interface KeptWord {
  /** Since when an administrator has kept them out. */
  readonly blockedAt: number | null
  /** The role that an administrator gave them by hand. */
  readonly role: Role | null
  /** Of these, what an owner or the operator said. */
  readonly blockedByOwnerAt?: number | null
  readonly isRoleByOwner?: boolean
  /** What those were called, as compared, who were blocked, or given the role. */
  readonly blockedAs?: readonly string[]
  readonly givenAs?: readonly string[]
  /** Something was said that does not hold for them: they are an owner, and whoever said it is not. */
  readonly isWithheld?: boolean
}

type Word = Pick<UserTable, 'blocked_at'> & Said & Partial<Pick<UserTable, 'role' | 'role_origin'>>

/** `now`: what the account is called, where nothing else is known. Nobody is called as what was passed on. */
export function namesOf(names: string | null, now: readonly string[]): readonly string[] {
  return names === null ? now : readJson<string[]>(names)
}

/** By hand, and below the console. */
export function isLowered(of: Partial<Pick<UserTable, 'role' | 'role_origin'>>): boolean {
  return of.role_origin === 'hand' && of.role !== undefined && !isPrivileged(of.role)
}

/** What was said of one account that is called so now. */
export function toWordOf(one: Word, now: readonly string[]): KeptWord {
  const role = isLowered(one) && one.role !== undefined ? one.role : null
  return {
    role,
    blockedAt: one.blocked_at === null ? null : Number(one.blocked_at),
    blockedByOwnerAt: one.blocked_by_owner_at === null ? null : Number(one.blocked_by_owner_at),
    isRoleByOwner: role !== null && one.role_by_owner === role,
    blockedAs: one.blocked_at === null ? [] : namesOf(one.blocked_as, now),
    givenAs: role === null ? [] : namesOf(one.given_as, now),
  }
}

const latest = (times: readonly (number | null | undefined)[]): number | null =>
  times.reduce<number | null>((at, one) => (one == null || (at !== null && at >= one) ? at : one), null)

/** Of many: the latest block, and the first role; undefined where neither was said. */
export function joinAllWords(words: readonly KeptWord[]): KeptWord | undefined {
  const first = words.find((one) => one.role !== null)
  const blocks = words.filter(({ blockedAt }) => blockedAt !== null)
  if (first === undefined && blocks.length === 0) return undefined
  return {
    role: first?.role ?? null,
    isRoleByOwner: first?.isRoleByOwner === true,
    givenAs: first?.givenAs ?? [],
    blockedAt: latest(blocks.map((one) => one.blockedAt)),
    blockedByOwnerAt: latest(blocks.map((one) => one.blockedByOwnerAt)),
    blockedAs: blocks.flatMap((one) => one.blockedAs ?? []),
  }
}

/** The role of one, and the block of the other. */
export function joinWords(ofRole: KeptWord | undefined, ofBlock: KeptWord | undefined): KeptWord | undefined {
  const { role = null, isRoleByOwner = false, givenAs = [] } = ofRole ?? {}
  const { blockedAt = null, blockedByOwnerAt = null, blockedAs = [] } = ofBlock ?? {}
  if (role === null && blockedAt === null) return undefined
  return { role, isRoleByOwner, givenAs, blockedAt, blockedByOwnerAt, blockedAs }
}

/** What is kept of an account that a word is passed on to. Whoever blocked one of its very name meant whoever is called so. */
export function toPassedOn(word: KeptWord, userNameKey: string): Said {
  const { blockedAt, role, blockedByOwnerAt = null } = word
  const keep = (names: readonly string[] = []) =>
    names.includes(userNameKey) ? JSON.stringify([...new Set(names)]) : passedOn
  return {
    blocked_by_owner_at: blockedAt === null ? null : blockedByOwnerAt,
    role_by_owner: word.isRoleByOwner === true ? role : null,
    blocked_as: blockedAt === null ? null : keep(word.blockedAs),
    is_block_passed_on: blockedAt === null ? null : 1,
    given_as: role === null ? null : keep(word.givenAs),
  }
}

/** What is passed on beside what was said of the account itself. What an owner said of it stays, whatever is passed on. */
export function addSaid(
  own: Said,
  passed: Said & { readonly takesBlock: boolean; readonly takesRole: boolean },
): Said {
  const { takesBlock, takesRole } = passed
  return {
    blocked_by_owner_at: takesBlock
      ? latest(
          [own.blocked_by_owner_at, passed.blocked_by_owner_at].map((at) =>
            at === null ? null : Number(at),
          ),
        )
      : own.blocked_by_owner_at,
    blocked_as: takesBlock ? passed.blocked_as : own.blocked_as,
    is_block_passed_on: takesBlock ? passed.is_block_passed_on : own.is_block_passed_on,
    role_by_owner: takesRole ? (passed.role_by_owner ?? own.role_by_owner) : own.role_by_owner,
    given_as: takesRole ? passed.given_as : own.given_as,
  }
}

const setSaid = organizationStatement<Said & { id: string }>('set_user_said')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('user')
      .set({
        blocked_by_owner_at: place('blocked_by_owner_at'),
        role_by_owner: place('role_by_owner'),
        blocked_as: place('blocked_as'),
        is_block_passed_on: place('is_block_passed_on'),
        given_as: place('given_as'),
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** Follows `writeBlock` and `writeRole`. */
export function writeSaid(tx: OrganizationTx, id: string, said: Said): void {
  tx.write(setSaid, { id, ...saidOf(said) })
}

/** Those columns alone. */
export function saidOf(said: Said): Said {
  const { blocked_by_owner_at, role_by_owner, blocked_as, is_block_passed_on, given_as } = said
  return { blocked_by_owner_at, role_by_owner, blocked_as, is_block_passed_on, given_as }
}
