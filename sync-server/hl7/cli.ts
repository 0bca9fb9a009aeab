import { parseArgs } from 'node:util'
import { configFrom } from '../config.ts'
import { writeBundle, writeConformance } from './conform/commands.ts'
import { inspectFile } from './cli/inspect.ts'
import type { Output } from './cli/output.ts'
import { askQueue, queueQuestion } from './cli/queue.ts'
import { replayMessages } from './cli/replay.ts'
import { sendFiles } from './cli/send-files.ts'

// For people who live in terminals: `npm run hl7 -- COMMAND …`.

const usage = `Usage:
  npm run hl7 -- send FILE… [--to HOST:PORT]   send the messages of the files, print the answers
      --tls [--ca FILE]                        … by TLS, to whom that authority answers for (PEM; the system's unless given)
      --cert FILE --key FILE                   … and show this certificate
  npm run hl7 -- inspect FILE                  print its messages as trees, with the place and the name of every value
  npm run hl7 -- replay NUMBER…                apply dead letters and parked messages again, and say how each ended
  npm run hl7 -- replay --all dead|parked      … all of them
      --dry-run                                say what would change, and change nothing
      --force                                  apply what a newer word, a repeat or a dead letter before it would stop
  npm run hl7 -- queue                         what waits to be sent to other systems, and how it stands with them
  npm run hl7 -- queue retry|drop NUMBER…      send refused messages again, or never
  npm run hl7 -- queue pause|resume FEED       send nothing to a feed's destination for a while; with 'acknowledgements'
                                               behind it, no application acknowledgements
  npm run hl7 -- convert FILE                  print a message as a FHIR R4 bundle
  npm run hl7 -- conform DIR [--expected DIR] [--json]
                                               convert a folder; compare with the FHIR that others made of it
`

const options = {
  to: { type: 'string' },
  tls: { type: 'boolean', default: false },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  all: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  expected: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

/** Answers the exit code: 0 when everything was accepted or shown. Throws where a file or the listener is not there. */
export async function runHl7(args: readonly string[], output: Output): Promise<number> {
  const [command, ...rest] = args
  const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options })
  const [file] = positionals
  if (command === 'send' && file !== undefined) {
    const { mllp } = configFrom(process.env)
    const { tls, ca, cert, key } = values
    const by = { tls: tls || ca !== undefined || cert !== undefined, ca, cert, key }
    return sendFiles(positionals, values.to ?? `${mllp.host}:${mllp.port}`, by, output)
  }
  if (command === 'inspect' && file !== undefined) return inspectFile(file, output)
  if (command === 'convert' && file !== undefined) return writeBundle(file, output)
  if (command === 'conform' && file !== undefined)
    return writeConformance(file, values.expected ?? null, values.json, output)
  const question = command === 'queue' ? queueQuestion(positionals) : null
  if (question !== null) return askQueue(configFrom(process.env), question, output)
  const which = whichOf(positionals, values.all)
  if (command === 'replay' && which !== null) {
    const how = { dryRun: values['dry-run'], forced: values.force }
    return replayMessages(configFrom(process.env), which, how, output)
  }
  output.write(usage)
  return 2
}

function whichOf(numbers: readonly string[], all: string | undefined) {
  if (all === 'dead' || all === 'parked') return numbers.length === 0 ? all : null
  if (all !== undefined || numbers.length === 0) return null
  return numbers.every((number) => /^\d{1,15}$/.test(number)) ? numbers.map(Number) : null
}
