// A person in a few plain fields, as events and the management API show them. Pure.
import type { UserState } from '@rollcall/api'
import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { readAddress } from '../base/address.ts'

/** `resource` is the stored SCIM User; the primary address, or else the first one, is the e-mail. */
export function toUserState(
  resource: JsonObject,
  known: { readonly role: string | null; readonly isBlocked: boolean },
): UserState {
  const name = isJsonObject(resource.name) ? resource.name : {}
  return {
    userName: resource.userName as string,
    email: toText(findEmail(resource)?.value),
    displayName: toText(resource.displayName),
    givenName: toText(name.givenName),
    familyName: toText(name.familyName),
    externalId: toText(resource.externalId),
    active: resource.active !== false && !known.isBlocked,
    role: known.role,
  }
}

/** The address by which somebody is recovered who is privileged: their e-mail, or a userName that is one; null where neither is. */
export function toRecoveryAddress(resource: JsonObject): string | null {
  const addresses = [findEmail(resource)?.value, resource.userName]
  const read = addresses.map((one) => (typeof one === 'string' ? readAddress(one)?.address : undefined))
  return read.find((one) => one !== undefined) ?? null
}

function findEmail(resource: JsonObject): JsonObject | undefined {
  const emails = Array.isArray(resource.emails) ? resource.emails.filter(isJsonObject) : []
  return emails.find(({ primary }) => primary === true) ?? emails[0]
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
