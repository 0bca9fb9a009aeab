/**
 * The data of each server-sent event of a byte stream (WHATWG HTML, section 9.2), for events that have data. Ends when
 * the stream or the signal ends; names, ids and retry times are not used by the protocol.
 */
export async function* serverSentEvents(
  bytes: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const reader = bytes.getReader()
  const cancel = (): Promise<void> => reader.cancel().catch(() => undefined)
  signal?.addEventListener('abort', () => void cancel())
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/)
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = dataOf(block)
        if (data !== undefined) yield data
      }
    }
  } finally {
    // A reader that is let go while the server still sends must not keep the connection.
    await cancel()
  }
}

function dataOf(block: string): string | undefined {
  const lines = block.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'))
  if (lines.length === 0) return undefined
  return lines.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n')
}
