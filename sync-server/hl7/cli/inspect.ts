import { readFile } from 'node:fs/promises'
import { messagesIn } from '../parse/batch.ts'
import { parseMessage } from '../parse/message.ts'
import type { Message } from '../parse/message.ts'
import { messageTree } from '../parse/tree.ts'
import type { TreeNode } from '../parse/tree.ts'
import type { Output } from './output.ts'

/** The messages of a file, each as a tree. */
export async function inspectFile(file: string, output: Output): Promise<number> {
  const messages = messagesIn(await readFile(file)).map((bytes) => parseMessage(bytes))
  for (const parsed of messages) {
    if (parsed.ok) writeMessage(parsed.value, output)
    else output.write(`${file} is no HL7 v2 message: ${parsed.error.why}\n`)
  }
  return messages.every(({ ok }) => ok) ? 0 : 1
}

function writeMessage(message: Message, output: Output): void {
  for (const { segment, fields } of messageTree(message)) {
    output.write(`${segment}\n`)
    for (const field of fields) writeNode(field, 1, output)
  }
}

function writeNode({ place, name, text, parts }: TreeNode, depth: number, output: Output): void {
  const called = name === '' ? place : `${place} ${name}`
  const indent = '  '.repeat(depth)
  output.write(`${indent}${called}${parts.length === 0 ? `  ${text.replaceAll('\n', ' / ')}` : ''}\n`)
  for (const part of parts) writeNode(part, depth + 1, output)
}
