// The body of a request, and why one is not read.
import { say } from '@rollcall/api/sentences'
import { type JsonValue, type Profile, parseJson } from '@rollcall/scim'
import type { Asked } from '../http/asked.ts'
import { type BodyFault, readBody } from '../http/body.ts'
import { acceptedCodings } from '../http/codings.ts'
import { maxJsonDepth } from '../http/limits.ts'
import { refuse, refuseWith } from '../resources/refusals.ts'
import { slowBody } from './slow.ts'
import { Refusal, type Visit } from './visit.ts'

const mediaType = /^application\/(?:scim\+)?json\s*(?:;.*)?$/i

const otherJson = /^(?:application|text)\/(?:scim\+)?json$/i

function judgeMediaType(visit: Visit, profile: Profile): void {
  const type = visit.request.headers.get('content-type')
  if (type === null || mediaType.test(type)) return
  if (!profile.tolerances.has('loose-media-types') || !isJsonType(type))
    throw refuseWith([say('media_type_was', { type: type.slice(0, 100) })], 'media_type_refused')
  visit.tolerated.push('loose-media-types')
}

// A list, or what stands behind a comma in the place of a semicolon.
function isJsonType(type: string): boolean {
  const names = type
    .split(/[;,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.includes('='))
  return names.every((name) => otherJson.test(name))
}

/** The body as JSON; throws ScimError for one that is none, is too large or comes otherwise. */
export async function readJson(
  visit: Visit,
  profile: Profile,
  maxBytes: number,
): Promise<JsonValue | undefined> {
  judgeMediaType(visit, profile)
  const read = await readBody(visit.request, maxBytes)
  if ('fault' in read) throw refuseBody(read.fault, visit.request, maxBytes)
  visit.bodyText = read.text
  visit.body = read.text === '' ? undefined : parseJson(read.text, maxJsonDepth)
  return visit.body
}

function refuseBody(fault: BodyFault, { headers }: Asked, maxBytes: number): Error {
  const coding = (headers.get('content-encoding') ?? '').slice(0, 40)
  switch (fault) {
    case 'too_large': {
      const packed = coding === '' ? 'no' : 'yes'
      const refusal = refuse('body_too_large', { packed, megabytes: maxBytes / 1_048_576 })
      return new Refusal(refusal, { connection: 'close' })
    }
    case 'coding':
      return new Refusal(refuseWith([say('body_coding_was', { coding })], 'body_coding_refused'), {
        'accept-encoding': acceptedCodings,
      })
    case 'packed':
      return refuseWith([say('body_coding_was', { coding })], 'body_coding_broken')
    case 'slow':
      return new Refusal(slowBody(), { connection: 'close' })
    case 'aborted': {
      const bytes = headers.get('content-length')
      return bytes === null ? refuse('body_cut') : refuse('body_cut_at', { bytes })
    }
    case 'not_utf8':
      return refuse('body_not_utf8')
  }
}
