// JSON as this package sees it: its types, and when two values are equal.

/** Any JSON value; never changed after it was made. */
export type JsonValue = null | boolean | number | string | NumberLiteral | readonly JsonValue[] | JsonObject

/** A number that is not the same when it is written again (1.50, 1e3, more digits than a double has), with the text that it was. */
export class NumberLiteral {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }

  /** What JSON.parse makes of it: Infinity where it is beyond every double. */
  get value(): number {
    return Number(this.source)
  }

  toJSON(): number | string {
    return Number.isFinite(this.value) ? this.value : this.source
  }
}

/** A JSON object; names that clients chose are read only through a schema's own names. */
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral)
  )
}

/** Deep equality in which the order of an object's names does not count and the order of an array does. */
export function isJsonEqual(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isJsonEqual(item, right[index]))
    )
  if (left instanceof NumberLiteral) return right instanceof NumberLiteral && left.source === right.source
  if (!isJsonObject(left) || !isJsonObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isJsonEqual(left[name], right[name]))
  )
}
