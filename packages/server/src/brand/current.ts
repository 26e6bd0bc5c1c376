// The brand as pages show it, kept for a second, because anybody may ask for a page as often as they like.
import type { Brand } from '@rollcall/api'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SendMail } from '../deliveries/mail.ts'
import { renderMail } from '../pages/mail.ts'
import type { Database } from '../store/database.ts'
import { getBrand, unsaid } from './brand.ts'

const keptMs = 1_000

/** The brand of this process. */
export interface CurrentBrand {
  /** As it was when it was last asked for; never older than a second right after `refresh`. */
  readonly now: Brand
  /** Asks the store, unless that was done within the last second. A store that does not answer leaves what is known. */
  refresh(): Promise<void>
  /** The next `refresh` asks the store in any case. */
  forget(): void
}

/** Begins with nothing said. Images have addresses below the public URL. */
export function createCurrentBrand(database: Database, url: string, clock: Clock, log: Log): CurrentBrand {
  let now = unsaid
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined
  const ask = async (): Promise<void> => {
    try {
      now = await getBrand(database, url)
    } catch (error) {
      log.warn({ err: error }, 'the brand could not be read; pages show what is known of it')
    }
  }
  return {
    get now() {
      return now
    },
    refresh() {
      const at = clock()
      if (asking !== undefined) return asking
      if (at >= askedAt && at - askedAt < keptMs) return Promise.resolve()
      askedAt = at
      asking = ask().finally(() => {
        asking = undefined
      })
      return asking
    },
    forget() {
      askedAt = Number.NEGATIVE_INFINITY
    },
  }
}

/** Sends each mail in the product's name and colour, with its last lines; undefined where no mail is configured. `url` is our own. */
export function withBrand(
  send: SendMail | undefined,
  brand: CurrentBrand,
  url: string,
): SendMail | undefined {
  if (send === undefined) return undefined
  return async (mail) => {
    await brand.refresh()
    const { productName, mailFooter } = brand.now
    await send({
      ...mail,
      ...(productName === null ? {} : { fromName: productName }),
      // Two hyphens and a space: mail programs know what follows as a signature (RFC 3676 §4.3).
      text: mailFooter === null ? mail.text : `${mail.text}\n\n-- \n${mailFooter}\n`,
      html: renderMail({ ...mail, footer: mailFooter }, brand.now, url),
    })
  }
}
