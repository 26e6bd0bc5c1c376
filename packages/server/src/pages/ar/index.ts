// The room `server/pages/ar`: the words of the pages in Arabic, in files of the same names as the English ones. The compiler names a word
// that is missing.
//
// 1. `sign-in` is what everybody meets, `links` what whoever opens a link does.
// 2. `mending` is for owners and administrators who confirm or mend a connection, `test` for whoever tests one.
// 3. Words of the protocols stay as they are where people who know them look for them.
// 4. `{count?…}` has every plural form of the language; a test names one that is missing.
// 5. Nobody who grew up with the language has read them yet.
import type { Words } from '../words.ts'
import { links } from './links.ts'
import { mails } from './mails.ts'
import { mending } from './mending.ts'
import { signIn } from './sign-in.ts'
import { test } from './test.ts'

/** All words of the pages, in Arabic. */
export const ar: Words = { ...signIn, ...links, ...mails, ...mending, ...test }
