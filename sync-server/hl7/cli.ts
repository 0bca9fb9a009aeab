import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { configFrom } from '../config.ts'
import { parseMessage } from './parse/message.ts'
import { valueAt } from './parse/path.ts'
import { messageTree } from './parse/tree.ts'
import type { TreeNode } from './parse/tree.ts'
import { sendMessages } from './send.ts'

// For people who live in terminals: `npm run hl7 -- send FILE… --to HOST:PORT`, `npm run hl7 -- inspect FILE`.

const usage = `Usage:
  npm run hl7 -- send FILE… [--to HOST:PORT]   send the messages of the files, print the answers
  npm run hl7 -- inspect FILE                  print a message as a tree, with the place of every value
`

export type Output = { write(text: string): void }

/** Answers the exit code: 0 when everything was accepted or shown. Throws where a file or the listener is not there. */
export async function runHl7(args: readonly string[], output: Output): Promise<number> {
  const [command, ...rest] = args
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { to: { type: 'string' } },
  })
  if (command === 'send' && positionals.length > 0) {
    const { mllp } = configFrom(process.env)
    return send(positionals, values.to ?? `${mllp.host}:${mllp.port}`, output)
  }
  const [file] = positionals
  if (command === 'inspect' && file !== undefined) return inspect(file, output)
  output.write(usage)
  return 2
}

async function send(files: readonly string[], to: string, output: Output): Promise<number> {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(to) ?? []
  if (host === undefined || port === undefined) {
    output.write(`--to takes HOST:PORT, not ${to}\n`)
    return 2
  }
  let refused = 0
  for (const file of files) {
    for (const message of messagesIn(await readFile(file))) {
      const [answer = null] = await sendMessages(host, Number(port), [message])
      const said = answer === null ? null : readAnswer(answer)
      if (said === null || !/^[AC]A$/.test(said.code)) refused += 1
      output.write(`${file}: ${said === null ? 'no answer' : `${said.code} ${said.text}`.trim()}\n`)
    }
  }
  return refused === 0 ? 0 : 1
}

/** A file may hold several messages: each begins where a line begins with MSH. What is none is sent as it is. */
function messagesIn(bytes: Buffer): Buffer[] {
  const starts = [...bytes.toString('latin1').matchAll(/(?<=^|[\r\n])MSH/g)].map(({ index }) => index)
  if (starts.length < 2) return [bytes]
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length))
}

function readAnswer(bytes: Buffer): { code: string; text: string } | null {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) return null
  const at = (path: string): string => {
    const value = valueAt(parsed.value, path)
    return value.kind === 'text' ? value.text : ''
  }
  return { code: at('MSA-1'), text: at('ERR-8') || at('MSA-3') }
}

async function inspect(file: string, output: Output): Promise<number> {
  const parsed = parseMessage(await readFile(file))
  if (!parsed.ok) {
    output.write(`${file} is no HL7 v2 message: ${parsed.error.why}\n`)
    return 1
  }
  for (const { segment, fields } of messageTree(parsed.value)) {
    output.write(`${segment}\n`)
    for (const field of fields) writeNode(field, 1, output)
  }
  return 0
}

function writeNode(node: TreeNode, depth: number, output: Output): void {
  const indent = '  '.repeat(depth)
  if (node.parts.length === 0) output.write(`${indent}${node.place}  ${node.text.replaceAll('\n', ' / ')}\n`)
  else {
    output.write(`${indent}${node.place}\n`)
    for (const part of node.parts) writeNode(part, depth + 1, output)
  }
}
