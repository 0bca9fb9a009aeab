import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Documents } from './documents.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
}

/** A page that shares nothing with others gets a clock of 5 µs instead of 100: some figures are smaller than that. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export type PageServer = { readonly url: string; close(): void }

/** On loopback: the page's files out of `folder`, and `/documents/<size>/<name>.json`. */
export async function servePages(
  folder: string,
  documents: (size: string) => Documents,
): Promise<PageServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bench')
    contentOf(pathname === '/' ? '/index.html' : pathname).then(
      (content) =>
        response
          .writeHead(200, { ...isolation, 'content-type': types[extname(pathname)] ?? types['.html'] })
          .end(content),
      () => response.writeHead(404).end(),
    )
  })
  async function contentOf(path: string): Promise<string | Buffer> {
    const [, asked, size = '', name = ''] = path.split('/')
    if (asked !== 'documents') return readFile(join(folder, normalize(path)))
    const { facts, bodies } = documents(size)
    if (name === 'facts.json') return JSON.stringify(facts)
    return (
      [...bodies].find(([collection]) => name === `${collection}.json`)?.[1] ??
      Promise.reject(new Error(path))
    )
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
