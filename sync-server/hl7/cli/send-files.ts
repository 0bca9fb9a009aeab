import { readFile } from 'node:fs/promises'
import { messagesIn } from '../parse/batch.ts'
import { parseMessage } from '../parse/message.ts'
import { valueAt } from '../parse/path.ts'
import { sendMessages } from '../send.ts'
import type { Output } from './output.ts'

export async function sendFiles(files: readonly string[], to: string, output: Output): Promise<number> {
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

function readAnswer(bytes: Buffer): { code: string; text: string } | null {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) return null
  const at = (path: string): string => {
    const value = valueAt(parsed.value, path)
    return value.kind === 'text' ? value.text : ''
  }
  return { code: at('MSA-1'), text: at('ERR-8') || at('MSA-3') }
}
