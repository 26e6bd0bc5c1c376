// A file of many rows as an answer, a page of them in memory at a time.

/** How long an answer may go on, and who is told that it is over. */
export interface Held {
  readonly signal: AbortSignal
  end(): void
}

/** Text of one page, and where the next begins; undefined behind the last. */
export interface TextPage {
  readonly text: string
  readonly next: string | undefined
}

/**
 * `head` first, then page after page; stops when the reader goes away. Where `held` is over before the end, or a page cannot be read, it
 * fails: nobody takes a part for the whole.
 */
export function streamPages(
  head: string,
  read: (cursor: string | undefined) => Promise<TextPage>,
  held: Held,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let cursor: string | undefined
  let isFirst = true
  let isOver = false
  return new ReadableStream({
    start(controller) {
      const cut = (): void => {
        if (!isOver) controller.error(new Error('whoever asked for this may no longer have it'))
        isOver = true
      }
      if (held.signal.aborted) cut()
      else held.signal.addEventListener('abort', cut, { once: true })
    },
    async pull(controller) {
      let text = isFirst ? head : ''
      isFirst = false
      // Many pages may hold nothing, and nobody asks again before there is something.
      do {
        const page = await read(cursor).catch((error: unknown) => {
          isOver = true
          held.end()
          throw error
        })
        // Over while the page was read.
        if (isOver) return
        text += page.text
        cursor = page.next
      } while (text === '' && cursor !== undefined)
      if (text !== '') controller.enqueue(encoder.encode(text))
      if (cursor !== undefined) return
      isOver = true
      controller.close()
      held.end()
    },
    cancel() {
      isOver = true
      held.end()
    },
  })
}
