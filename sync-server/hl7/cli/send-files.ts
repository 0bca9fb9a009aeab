import { readFile } from 'node:fs/promises'
import { readHeader } from '../header.ts'
import { messagesIn } from '../parse/batch.ts'
import { parseMessage } from '../parse/message.ts'
import { valueAt } from '../parse/path.ts'
import { sendMessages } from '../send.ts'
import type { Output } from './output.ts'

/** Files of PEM; all absent: in the clear. */
export type SendingBy = {
  readonly tls: boolean
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

export async function sendFiles(
  files: readonly string[],
  to: string,
  by: SendingBy,
  output: Output,
): Promise<number> {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(to) ?? []
  if (host === undefined || port === undefined) {
    output.write(`--to takes HOST:PORT, not ${to}\n`)
    return 2
  }
  const options = by.tls ? { tls: await tlsOf(by) } : {}
  let refused = 0
  for (const file of files) {
    for (const message of messagesIn(await readFile(file))) {
      const [answer = null] = await sendMessages(host, Number(port), [message], options)
      const said = answer === null ? null : readAnswer(answer)
      const silent = answer === null && asksForSilence(message)
      if (!silent && (said === null || !/^[AC]A$/.test(said.code))) refused += 1
      const silence = silent ? 'no answer asked for' : 'no answer'
      output.write(`${file}: ${said === null ? silence : `${said.code} ${said.text}`.trim()}\n`)
    }
  }
  return refused === 0 ? 0 : 1
}

async function tlsOf({ ca, cert, key }: SendingBy) {
  const read = async (file: string | undefined) => (file === undefined ? undefined : readFile(file))
  return { ca: await read(ca), cert: await read(cert), key: await read(key) }
}

/** Neither MSH-15 nor MSH-16 asks for an answer to what is taken well, and one of them is there: the enhanced mode. */
function asksForSilence(message: Buffer): boolean {
  const parsed = parseMessage(message)
  if (!parsed.ok) return false
  const { acceptCondition, applicationCondition } = readHeader(parsed.value)
  const asked = [acceptCondition, applicationCondition].filter((condition) => condition !== '')
  return asked.length > 0 && asked.every((condition) => condition === 'NE' || condition === 'ER')
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
