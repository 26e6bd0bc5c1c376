// Of a provisioning client that fails: what its newest requests are refused for most often, in words that name nobody.
import type { ActivityView, Provisioning } from '@rollcall/api'
import { namesNobody, saysWhy } from '../activity/day-counts.ts'

type Refused = Pick<ActivityView, 'outcome' | 'sentences'>
type Sentences = ActivityView['sentences']

/** Undefined where an earlier version wrote the entry. */
const toMain = (sentences: Sentences): string | undefined => sentences.find(saysWhy)?.code

/** The most frequent, the newest of them where two are as frequent; null where nothing was refused. */
export function findFrequentRefusal(newest: readonly Refused[]): Provisioning['frequentRefusal'] {
  const refused = newest.filter(({ outcome }) => outcome !== 'ok')
  const [first, ...others] = Map.groupBy(refused, ({ sentences }) => toMain(sentences)).values()
  if (first === undefined) return null
  const most = others.reduce((one, other) => (other.length > one.length ? other : one), first)
  return { count: most.length, of: newest.length, sentences: listShared(most) }
}

// What is said of every one of them, and of none of them alone.
function listShared(refused: readonly Refused[]): Sentences {
  const [newest, ...others] = refused
  return (newest?.sentences ?? []).filter(
    (said) =>
      saysWhy(said) &&
      namesNobody(said) &&
      others.every(({ sentences }) =>
        sentences.some(
          (one) =>
            one.code === said.code && JSON.stringify(one.parameters) === JSON.stringify(said.parameters),
        ),
      ),
  )
}
