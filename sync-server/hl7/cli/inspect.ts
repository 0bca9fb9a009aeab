import { readFile } from 'node:fs/promises'
import { parseMessage } from '../parse/message.ts'
import { messageTree } from '../parse/tree.ts'
import type { TreeNode } from '../parse/tree.ts'
import type { Output } from './output.ts'

export async function inspectFile(file: string, output: Output): Promise<number> {
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

function writeNode({ place, name, text, parts }: TreeNode, depth: number, output: Output): void {
  const called = name === '' ? place : `${place} ${name}`
  const indent = '  '.repeat(depth)
  output.write(`${indent}${called}${parts.length === 0 ? `  ${text.replaceAll('\n', ' / ')}` : ''}\n`)
  for (const part of parts) writeNode(part, depth + 1, output)
}
