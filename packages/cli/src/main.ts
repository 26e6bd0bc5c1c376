// The room `cli`: the command line of the service, from words to an exit code. It holds nothing of a command until that one is called.
//
// 1. `main.ts` looks the first word up in `commands.ts`.
// 2. The command's file is loaded and reads its words strictly (`arguments.ts`).
// 3. It reaches the running service (`reach.ts`), or opens what it needs itself.
// 4. What it throws becomes one line and a code.
//
// The command `rollcall`: finds the command that was asked for, runs it, turns what it throws into one line and a code.
import { UsageError } from './arguments.ts'
import { commands, renderUsage } from './commands.ts'

/** Errors whose words are for whoever called. By their names: a command loads nothing of the packages that it does not use. */
const told = new Set(['ConfigError', 'ConfigurationFault', 'ProblemError', 'SimulationError', 'StoreRefusal'])

const [name = '', ...words] = process.argv.slice(2)

if (['', 'help', '--help', '-h'].includes(name)) {
  console.log(renderUsage())
} else {
  process.exitCode = await run(name, words)
}

/** 0 done, 1 refused or failed, 2 wrongly called. */
async function run(name: string, words: readonly string[]): Promise<number> {
  const command = commands.find((one) => one.name === name)
  if (command === undefined) {
    console.error(`rollcall: there is no command ${JSON.stringify(name)}\n\n${renderUsage()}`)
    return 2
  }
  if (words.includes('--help') || words.includes('-h')) {
    console.log(`rollcall ${command.usage}\n  ${command.does}`)
    return 0
  }
  try {
    return await command.run(words)
  } catch (error) {
    return report(error, command.usage)
  }
}

interface Taken extends Error {
  readonly address?: string
  readonly port?: number
  /** What the command takes ports for. */
  readonly about?: string
}

function explainTaken({ message, address, port, about = '' }: Taken): string {
  if (port === undefined) return message
  return `${address ?? 'this machine'} has something else on port ${port}. End that, or name another port with PORT${about}`
}

function report(error: unknown, usage: string): number {
  if (error instanceof UsageError) {
    console.error(`rollcall: ${error.message}\nUsage: rollcall ${usage}`)
    return 2
  }
  const isExpected = error instanceof Error && told.has(error.name)
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') console.error(`rollcall: ${explainTaken(error as Taken)}`)
  else if (isExpected || code !== undefined) console.error(`rollcall: ${(error as Error).message}`)
  else console.error(error)
  return 1
}
