// Why the management API refuses something, for whoever reads it on a screen: a text for each code. English needs none, for `detail` is
// English, and says more.
import type { ProblemCode } from '../problems.ts'

/** By the code of the refusal; places are filled in with its `parameters`. */
export type Refusals = Readonly<Record<ProblemCode, string>>
