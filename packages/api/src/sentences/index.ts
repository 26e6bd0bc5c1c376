// The room `api/sentences`: every sentence that the service writes about a request or a sign-in, as a code with parameters. The
// sentences themselves stand in a folder for each language.
//
// 1. Whoever has something to tell says a `sentence` by its code; the compiler asks for what its text needs.
// 2. Activity keeps codes and parameters, so that what was said is shown in the language of whoever reads it.
// 3. `render` writes a sentence in the words of one catalogue, and keeps what is filled in apart.
//
// A language is a folder beside `en`, with files of the same names, and an export of the package: a browser loads its own alone.
export { english, ofMessages } from './en/index.ts'
export { type SentencePart, SentenceWriter } from './render.ts'
export { type Needs, type SentenceCode, say } from './sentence.ts'
export type { Catalogue, Parameters, Sentence, Value } from './shape.ts'
