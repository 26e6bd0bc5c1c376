// Plays many lines of `rollcall`, one after another, each as if a person had typed it: what `runCommands` starts. Lines come as JSON on
// the standard input with the command's file, and what became of each goes as JSON to the file that is named.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Line, Outcome } from './process.ts'

const { command, lines }: { readonly command: string; readonly lines: readonly Line[] } = JSON.parse(
  readFileSync(0, 'utf8'),
)
const [node = '', , answers = ''] = process.argv
const main = pathToFileURL(command)
const own = { ...process.env }
const outcomes: Outcome[] = []
let output = ''
for (const stream of [process.stdout, process.stderr])
  stream.write = (part: string | Uint8Array): boolean => {
    output += typeof part === 'string' ? part : Buffer.from(part).toString()
    return true
  }
for (const [number, [words, environment]] of lines.entries()) {
  output = ''
  process.argv = [node, main.pathname, ...words]
  process.env = { ...own, ...environment }
  process.exitCode = undefined
  // Another query is another module, which reads its words and runs anew; what it imports is kept, as all of it is the same.
  await import(`${main.href}?line=${number}`)
  outcomes.push({ code: Number(process.exitCode ?? 0), output })
}
writeFileSync(answers, JSON.stringify(outcomes))
process.exit(0)
