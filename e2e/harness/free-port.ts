import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A port that is free now. A server that must come back under the same address can't use port 0 twice. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
