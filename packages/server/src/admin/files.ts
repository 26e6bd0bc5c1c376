// A file of many rows as an answer: its headers, and for how long it may go on.
import type { OperationId } from '@rollcall/api'
import type { Context } from 'hono'
import type { Held } from '../http/stream-pages.ts'
import type { AdminOptions, Env } from './door.ts'
import { holdAnswer } from './hold.ts'

const mediaTypes = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl; charset=utf-8' } as const

/** `name`: what the file is called, before the organization and the ending. Whoever asks with HEAD is shown nothing. */
export function answerFile(
  context: Context<Env>,
  options: AdminOptions,
  file: { readonly id: OperationId; readonly name: string; readonly format: keyof typeof mediaTypes },
  open: (held: Held) => ReadableStream<Uint8Array>,
): Response {
  const { id, name, format } = file
  const { row } = context.get('organization')
  const headers = {
    'content-type': mediaTypes[format],
    'content-disposition': `attachment; filename="${name}-${row.slug}.${format}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  const held = holdAnswer(context, id, options)
  if (context.req.raw.method === 'HEAD') return new Response(null, { headers })
  return new Response(open(held), { headers })
}
