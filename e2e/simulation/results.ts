import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { faultKinds } from './faults.ts'

// What the runs of a campaign found, kept in one file that grows with each run: a campaign that is stopped goes on where
// it was.

const count = z.int().nonnegative()

const runSchema = z.strictObject({
  seed: z.string(),
  store: z.enum(['sqlite', 'postgres']),
  clients: count,
  seconds: z.number(),
  /** The version of the code, as git names it. */
  commit: z.string(),
  edits: count,
  acknowledged: count,
  documents: count,
  conflicts: count,
  refused: count,
  took: z.number(),
  faults: z.partialRecord(z.enum(faultKinds), count),
  /** Empty where everything held. */
  findings: z.array(z.string()),
})
export type Run = z.infer<typeof runSchema>

const fileSchema = z.looseObject({ runs: z.array(runSchema) })

export type Campaign = {
  has(run: Pick<Run, 'seed' | 'store' | 'clients' | 'seconds'>): boolean
  add(run: Run): Promise<void>
}

/** Reads what an earlier campaign left. A run that failed is run again, and its newer outcome takes its place. */
export function openCampaign(file: string): Campaign {
  const runs = new Map<string, Run>()
  if (existsSync(file)) {
    for (const run of fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).runs) runs.set(keyOf(run), run)
  }
  return {
    has: (run) => runs.get(keyOf(run))?.findings.length === 0,
    async add(run) {
      runs.set(keyOf(run), run)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(`${file}.new`, written([...runs.values()]))
      await rename(`${file}.new`, file)
    },
  }
}

function keyOf({
  seed,
  store,
  clients,
  seconds,
}: Pick<Run, 'seed' | 'store' | 'clients' | 'seconds'>): string {
  return JSON.stringify([seed, store, clients, seconds])
}

/** What it comes to, for people; then a line a run. */
function written(runs: readonly Run[]): string {
  const forms = [...Map.groupBy(runs, ({ clients, seconds }) => `${clients} clients, ${seconds} seconds`)]
  const summary = Object.fromEntries(forms.map(([form, some]) => [form, summed(some)]))
  const lines = runs.map((run) => `    ${JSON.stringify(run)}`)
  return `{\n  "summary": ${JSON.stringify(summary, null, 2).replaceAll('\n', '\n  ')},\n  "runs": [\n${lines.join(',\n')}\n  ]\n}\n`
}

function summed(runs: readonly Run[]) {
  const total = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0)
  const faults = faultKinds.map((kind) => [kind, total((run) => run.faults[kind] ?? 0)] as const)
  return {
    seeds: runs.length,
    onSqlite: runs.filter(({ store }) => store === 'sqlite').length,
    onPostgres: runs.filter(({ store }) => store === 'postgres').length,
    failed: runs.filter(({ findings }) => findings.length > 0).map(({ seed }) => seed),
    edits: total((run) => run.edits),
    acknowledged: total((run) => run.acknowledged),
    conflicts: total((run) => run.conflicts),
    refused: total((run) => run.refused),
    faults: Object.fromEntries(faults.filter(([, injected]) => injected > 0)),
  }
}
