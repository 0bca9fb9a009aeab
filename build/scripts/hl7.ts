import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { configFrom } from '#sync-server/config.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import { describeFailure } from './failure.ts'

// `npm run hl7 -- FILE ...`: sends the HL7 messages of files to the listener, as a hospital would, one after the other,
// and prints each acknowledgement. Line ends of an edited file become the carriage returns that HL7 wants.

const { positionals: files } = parseArgs({ allowPositionals: true })

try {
  if (files.length === 0) throw new Error('Name the files to send: npm run hl7 -- FILE ...')
  const { mllp } = configFrom(process.env)
  const contents = await Promise.all(files.map((file) => readFile(file)))
  const answers = await sendMessages(mllp.host, mllp.port, contents.flatMap(messagesOf))
  for (const answer of answers)
    console.log(answer?.toString('latin1').replaceAll('\r', '\n').trim() ?? 'no answer')
  if (answers.includes(null)) process.exitCode = 1
} catch (fault) {
  console.error(fault instanceof Error && fault.name === 'Error' ? fault.message : describeFailure(fault))
  process.exitCode = 1
}

/** A file may hold several messages; each begins with its MSH segment. Bytes, since the message names its charset. */
function messagesOf(bytes: Buffer): readonly Buffer[] {
  const text = bytes.toString('latin1').replaceAll(/\r\n|\n/g, '\r')
  const messages = text.split(/(?=^MSH)|(?<=\r)(?=MSH)/).filter((part) => part.startsWith('MSH'))
  return messages.map((message) => Buffer.from(message, 'latin1'))
}
