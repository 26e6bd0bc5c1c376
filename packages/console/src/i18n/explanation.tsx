// What the service says of a request or a sign-in, in the language of whoever reads it. Each value that is filled in is isolated, so that
// a name in another script does not turn the sentence about.
import type { ActivityView } from '@rollcall/api'
import type { Catalogue, Parameters } from '@rollcall/api/sentences'
import { type SentencePart, SentenceWriter } from '@rollcall/api/sentences/render'
import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { catalogues, type Language } from './catalogues.ts'
import { useWords } from './language.tsx'

interface Writers {
  readonly sentences: SentenceWriter
  readonly refusals: SentenceWriter
}

const writers = new Map<Language, Writers>()

const toWriters = (catalogue: Catalogue): Writers => ({
  sentences: new SentenceWriter(catalogue),
  refusals: new SentenceWriter({ ...catalogue, texts: catalogue.refusals ?? {} }),
})

/** Writes a refusal of this code in the reader's language; undefined where there are no words for it. */
export function useRefusals():
  | ((code: string, parameters: Parameters) => readonly SentencePart[] | undefined)
  | undefined {
  const writer = useWriters()?.refusals
  return writer === undefined
    ? undefined
    : (code, parameters) =>
        writer.knows({ code, parameters }) ? writer.toParts({ code, parameters }) : undefined
}

/** Undefined until the catalogue of the language is there. */
function useWriters(): Writers | undefined {
  const { language } = useWords()
  const [writer, setWriter] = useState(writers.get(language))
  useEffect(() => {
    let isGone = false
    const load = async (): Promise<void> => {
      const known = writers.get(language) ?? toWriters(await catalogues[language].sentences())
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
  const writer = useWriters()?.sentences
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
