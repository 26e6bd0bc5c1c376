// Sentences of the catalogue in English, as logs, answers and searches have them.
import { english, type Sentence, SentenceWriter } from '@rollcall/api/sentences'

const writer = new SentenceWriter(english)

/** Several one after another; a code that this version does not know is left out. */
export function toEnglish(sentences: readonly Sentence[]): string {
  return writer.toText(sentences)
}
