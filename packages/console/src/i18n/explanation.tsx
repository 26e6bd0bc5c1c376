// What the service says of a request or a sign-in, in the language of whoever reads it. Each value that is filled in is isolated, so that
// a name in another script does not turn the sentence about.
import type { ActivityView } from '@rollcall/api'
import { SentenceWriter } from '@rollcall/api/sentences/render'
import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { catalogues, type Language } from './catalogues.ts'
import { useWords } from './language.tsx'

const writers = new Map<Language, SentenceWriter>()

/** Undefined until the catalogue of the language is there. */
function useWriter(): SentenceWriter | undefined {
  const { language } = useWords()
  const [writer, setWriter] = useState(writers.get(language))
  useEffect(() => {
    let isGone = false
    const load = async (): Promise<void> => {
      const known = writers.get(language) ?? new SentenceWriter(await catalogues[language].sentences())
      writers.set(language, known)
      if (!isGone) setWriter(known)
    }
    // Without the catalogue the sentences stay in English, which comes with the entry.
    load().catch(() => undefined)
    return () => {
      isGone = true
    }
  }, [language])
  return writer
}

/** What happened, in sentences. In English where it was written by an earlier version, or by a later one. */
export function Explanation(props: {
  readonly of: Pick<ActivityView, 'explanation' | 'sentences'>
}): ReactNode {
  const { explanation, sentences } = props.of
  const writer = useWriter()
  const isKnown = sentences.length > 0 && sentences.every((one) => writer?.knows(one) === true)
  if (writer === undefined || !isKnown)
    return (
      <bdi lang="en" dir="ltr">
        {explanation}
      </bdi>
    )
  return sentences.map((sentence, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the sentences of one entry never change
    <Fragment key={at}>
      {at > 0 && ' '}
      {writer.toParts(sentence).map((part, place) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: nor do the parts of a sentence
        typeof part === 'string' ? part : <bdi key={place}>{part.value}</bdi>,
      )}
    </Fragment>
  ))
}
