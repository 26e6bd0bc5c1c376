// A part of a document that is made from something else: read, or with UPDATE_DOCS=1 written anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** The text between `<!-- name -->` and `<!-- /name -->` of a document, after writing it anew where asked. */
export function readPart(file: string, name: string, made: string): string {
  const path = resolve(root, file)
  const text = readFileSync(path, 'utf8')
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(open) + open.length, text.indexOf(close)]
  if (start < open.length || end < start) throw new Error(`${file} has no part ${name}`)
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(path, text.slice(0, start) + made + text.slice(end))
    return made
  }
  return text.slice(start, end)
}
