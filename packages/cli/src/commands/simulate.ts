// `rollcall simulate VENDOR`: plays the vendor, draws a bar while it plays, ends with the table.
import { createHttpSend, renderReport, simulate, type VendorName, vendorNames } from '@rollcall/simulator'
import { readNumber, readWords, requireText, UsageError } from '../arguments.ts'

const barWidth = 30

/** Exit code 1 when an answer was one that the vendor would reject. */
export async function simulateVendor(args: readonly string[]): Promise<number> {
  const words = readWords(
    args,
    {
      url: 'text',
      key: 'text',
      users: 'text',
      groups: 'text',
      concurrency: 'text',
      rate: 'text',
      seed: 'text',
    },
    1,
    1,
  )
  const vendor = words.words[0] as VendorName
  if (!vendorNames.includes(vendor)) throw new UsageError(`the vendors are ${vendorNames.join(', ')}`)
  const http = createHttpSend()
  try {
    const report = await simulate({
      vendor,
      baseUrl: requireText(words, 'url').replace(/\/+$/, ''),
      key: requireText(words, 'key'),
      users: readNumber(words, 'users', 10, 100_000),
      groups: readNumber(words, 'groups', 0, 10_000),
      ...(words.options.concurrency === undefined
        ? {}
        : { concurrency: readNumber(words, 'concurrency', 4, 64) }),
      ...(words.options.rate === undefined ? {} : { ratePerSecond: readNumber(words, 'rate', 25, 10_000) }),
      seed: readNumber(words, 'seed', (Date.now() % 1_000_000_000) + 1, 1_000_000_001),
      send: http.send,
      onProgress: drawBar,
    })
    if (process.stderr.isTTY) process.stderr.write('\n')
    console.log(renderReport(report))
    return report.failed === 0 ? 0 : 1
  } finally {
    await http.close()
  }
}

function drawBar(done: number, total: number): void {
  if (!process.stderr.isTTY) return
  const filled = Math.round((done / Math.max(1, total)) * barWidth)
  process.stderr.write(`\r[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${done}/${total} people`)
}
