// Runs the table of jobs on timers. One node runs a job at a time: a lease in the store says which.
import { endLease, endLeases, type LeaseArgs, leaseMs, renewLease, takeLease } from './job-leases.ts'
import { type Job, type JobContext, jobs } from './jobs.ts'
import { withJobPatience } from './store/patience.ts'
import { levelOf } from './store/states.ts'

/** The timers, while they run. */
export interface Jobs {
  /** Waits for the jobs under way to stop at their next slice. */
  stop(): Promise<void>
}

/** Starts every job's timer; `owner` names this node. */
export function startJobs(
  options: Omit<JobContext, 'isStopping'> & { readonly owner: string },
  table: readonly Job[] = jobs,
): Jobs {
  let isStopping = false
  const running = new Set<Promise<void>>()
  const context = { ...options, isStopping: () => isStopping }
  const underWay = new Set<Job>()
  // The embedded store has one process: whoever held a lease before is gone.
  const ready = options.database.isShared
    ? Promise.resolve()
    : options.database.inInstallation('jobs', async (tx) => tx.write(endLeases, {}))
  const begin = (job: Job): void => {
    // One that takes longer than its interval does not run beside itself.
    if (underWay.has(job)) return
    underWay.add(job)
    const run = ready
      .then(() => runJob(job, context, options.owner))
      .catch((error: unknown) => {
        options.log[levelOf(error)]({ err: error, job: job.name }, 'a job failed and will run again')
      })
    running.add(run)
    void run.finally(() => {
      running.delete(run)
      underWay.delete(job)
    })
  }
  const timers = table.map((job) => setInterval(begin, job.everyMs, job).unref())
  for (const job of table) if (job.isAtStart === true) begin(job)
  return {
    async stop() {
      isStopping = true
      for (const timer of timers) clearInterval(timer)
      await Promise.allSettled([ready, ...running])
    },
  }
}

async function runJob(job: Job, context: JobContext, owner: string): Promise<void> {
  if (job.isDue !== undefined && !(await job.isDue(context)))
    return context.observe?.(job.name, undefined, true)
  if (job.isShared === true) return observed(job, context)
  const { database, clock } = context
  const lease = (): LeaseArgs => ({ name: job.name, owner, now: clock() })
  // A little less than the interval, so that the next turn of the same timer is not refused.
  const rest = job.restMs ?? job.everyMs - Math.min(job.everyMs / 10, 5_000)
  const longest = Math.max(leaseMs, job.everyMs)
  let heldSince = performance.now()
  const taken = await database.inInstallation('jobs', (tx) =>
    tx.change(takeLease, { ...lease(), longest, rest }),
  )
  if (taken.length === 0) return
  let isLost = false
  const renewal = setInterval(() => {
    const at = performance.now()
    database
      .inInstallation('jobs', (tx) => tx.change(renewLease, lease()))
      // Somebody else has it: what is under way ends at its next slice. One that could not be asked for is asked for again.
      .then((kept) => {
        isLost = kept.length === 0
        if (!isLost) heldSince = at
      })
      .catch(() => undefined)
  }, leaseMs / 3).unref()
  // A process that stood still for longer has not heard yet that somebody else has it.
  const isOver = (): boolean => isLost || performance.now() - heldSince > leaseMs
  try {
    await observed(job, { ...context, isStopping: () => isOver() || context.isStopping() })
  } finally {
    clearInterval(renewal)
    await database.inInstallation('jobs', async (tx) => tx.write(endLease, { ...lease(), rest }))
  }
}

async function observed(job: Job, context: JobContext): Promise<void> {
  const begun = performance.now()
  let isDone = false
  try {
    await withJobPatience(() => job.run(context))
    isDone = true
  } finally {
    context.observe?.(job.name, (performance.now() - begun) / 1_000, isDone)
  }
}
