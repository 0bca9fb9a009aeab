import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { configFrom } from '../config.ts'
import { openConfiguredStore } from '../configured-store.ts'
import { compareHeads } from './compare-heads.ts'
import { verifyAudit } from './verify.ts'

const usage = `npm run audit -- verify [--heads FILE]

Walks the whole audit: finds an entry that was edited, removed, inserted or moved, or a tail that was cut, and says where.
--heads holds it against the file of ends that a witness kept (ROUNDS_AUDIT_HEADS): what was rebuilt as a whole shows there.
Ends with 0 where all is whole, with 2 where it is not. The server must not be running on an embedded store.`

type Output = { write(text: string): unknown }

/** Answers the code to exit with. */
export async function runAudit(
  args: readonly string[],
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { heads: { type: 'string' } },
  })
  const say = (line: string) => output.write(`${line}\n`)
  if (positionals[0] !== 'verify' || positionals.length > 1) {
    say(usage)
    return 1
  }
  const store = await openConfiguredStore(configFrom(environment))
  try {
    const found = await verifyAudit(store)
    if (!found.whole) {
      const what =
        found.fault === 'end' ? 'the end is not what was written: a tail was cut, or added' : 'broken'
      say(`entry ${found.brokenAt}: ${what}`)
      return 2
    }
    say(`whole: ${found.entries} entries`)
    if (values.heads === undefined) return 0
    const compared = await compareHeads(store, await readFile(values.heads, 'utf8'))
    say(
      compared.agrees
        ? `as ${compared.heads} ends that the witness kept`
        : `entry ${compared.differs}: not what the witness was told`,
    )
    return compared.agrees ? 0 : 2
  } finally {
    await store.close()
  }
}
