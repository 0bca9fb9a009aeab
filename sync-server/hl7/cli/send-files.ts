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
      const asked = conditionsOf(message)
      const answersPerMessage = Math.max(1, asked.filter((condition) => condition !== 'NE').length)
      const sending = { ...options, answersPerMessage }
      const answers = await sendMessages(host, Number(port), [message], sending)
      const said = answers.filter((answer) => answer !== null).map(readAnswer)
      const silent = said.length === 0 && asksForSilence(asked)
      if (!silent && (said.length === 0 || !said.every((one) => isPositive(one.code)))) refused += 1
      const words = said.map(({ code, text }) => `${code} ${text}`.trim()).join(', ')
      output.write(`${file}: ${words || (silent ? 'no answer asked for' : 'no answer')}\n`)
    }
  }
  return refused === 0 ? 0 : 1
}

async function tlsOf({ ca, cert, key }: SendingBy) {
  const read = async (file: string | undefined) => (file === undefined ? undefined : readFile(file))
  return { ca: await read(ca), cert: await read(cert), key: await read(key) }
}

/** MSH-15 and MSH-16 as far as they are there: with either the mode is the enhanced one, in which up to two answers come. */
function conditionsOf(message: Buffer): readonly string[] {
  const parsed = parseMessage(message)
  if (!parsed.ok) return []
  const { acceptCondition, applicationCondition } = readHeader(parsed.value)
  return [acceptCondition, applicationCondition].filter((condition) => condition !== '')
}

/** No answer is asked for to what is taken well. */
function asksForSilence(asked: readonly string[]): boolean {
  return asked.length > 0 && asked.every((condition) => condition === 'NE' || condition === 'ER')
}

function isPositive(code: string): boolean {
  return /^[AC]A$/.test(code)
}

function readAnswer(bytes: Buffer): { code: string; text: string } {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) return { code: '', text: 'an answer that is no HL7' }
  const at = (path: string): string => {
    const value = valueAt(parsed.value, path)
    return value.kind === 'text' ? value.text : ''
  }
  return { code: at('MSA-1'), text: at('ERR-8') || at('MSA-3') }
}
