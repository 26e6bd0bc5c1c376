// The room `cli/commands`: one file a command, named as it is typed. Each reads its own words and prints its own lines.
//
// Of the service itself: `serve`, `demo`, `migrate`, `backup`, `restore`, `check`, `secret-key`.
// Of a running one: `apply`, `export`, `doctor`, `organization`, `portal-link`, `operator-link`, `events`. They
// reach it by `reach.ts` of the room above.
// Of any SCIM server: `scim-check` judges it, `simulate` plays an identity provider against it.
import { readConfig, startService } from '@rollcall/server'
import { readText, readWords } from '../arguments.ts'
import { ownCommand, publicCommand } from '../own-command.ts'
import { listenForStop } from '../stop.ts'
import { version } from '../version.ts'

/** Once it serves no more, the rest of stopping ends within this. */
const stopWithinMs = 10_000

export async function serve(args: readonly string[]): Promise<number> {
  const workers = readText(readWords(args, { workers: 'text' }, 0, 0), 'workers')
  const config = readConfig(
    workers === undefined ? process.env : { ...process.env, ROLLCALL_WORKERS: workers },
  )
  const stop = listenForStop()
  const service = await startService(
    { ...config, command: publicCommand() },
    version,
    process.stdout.isTTY === true,
  )
  stop.started()
  if (service.freshOperatorKey !== undefined) {
    // Before anything else that may fail.
    console.log(
      `\nThis is the first start. The operator key, shown once and kept only as a hash:\n\n  ${service.freshOperatorKey}`,
    )
    console.log(
      `\nOpen the console as the operator (once, for 5 minutes; another one: ${ownCommand()} operator-link):\n\n  ${await service.createOperatorLink()}\n\nManagement API: ${config.url}/api/v1/docs\n`,
    )
  }
  await stop.asked
  setTimeout(() => process.exit(1), config.drainSeconds * 1_000 + stopWithinMs).unref()
  await service.close()
  return 0
}
