// Before and after of each attribute that differs, for the record. Pure.
import { isJsonObject, type JsonObject, type JsonValue } from '@rollcall/scim'
import type { Change } from '../events/catalog.ts'

/** Top-level attributes; those of an extension are named `urn:attribute`. `schemas` is derived and left out. */
export function listChanges(before: JsonObject, after: JsonObject): Change[] {
  const changes: Change[] = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (name === 'schemas') continue
    if (name.startsWith('urn:'))
      compareMembers(`${name}:`, toObject(before[name]), toObject(after[name]), changes)
    else compareMembers('', { [name]: before[name] ?? null }, { [name]: after[name] ?? null }, changes)
  }
  return changes
}

function compareMembers(prefix: string, before: JsonObject, after: JsonObject, changes: Change[]): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[name] ?? null
    const fresh = after[name] ?? null
    if (!isSame(old, fresh)) changes.push({ attribute: prefix + name, before: old, after: fresh })
  }
}

function toObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') return left === right
  return JSON.stringify(left) === JSON.stringify(right)
}
