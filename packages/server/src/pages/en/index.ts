// The room `server/pages/en`: the words of the pages in English, which are the catalogue: what may be said is a key here, and what a page
// has to fill in stands between braces. A new sentence begins here, and the compiler asks for it in every other language.
//
// 1. `sign-in` is what everybody meets, `links` what whoever opens a link does.
// 2. `mails` are the texts of mails. `mending` is for owners and administrators who confirm or mend a connection, `test` for whoever tests one.
// 3. `{name}` is a value, which the page isolates: a name in another script turns nothing about.
// 4. `{count?one:…|other:…}` chooses by the plural form of a number, with the number for `#`. Markup is the page's own.
// 5. The room above lists the languages, and says which of them somebody is spoken to in.
import { links } from './links.ts'
import { mails } from './mails.ts'
import { mending } from './mending.ts'
import { signIn } from './sign-in.ts'
import { test } from './test.ts'

/** All words of the pages. */
export const en = { ...signIn, ...links, ...mails, ...mending, ...test } as const
