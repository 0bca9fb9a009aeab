import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { clientPolicy, NONCE_PLACE } from '#app/host/index.ts'

export type PageFolder = {
  /** Where it is served: `/` or `/console/`. */
  readonly prefix: string
  /** The folder that the build wrote: index.html and assets named by their content. */
  readonly folder: string
}

/**
 * Serves one built client: its page with a fresh nonce in markup and policy, its assets for good. Addresses within it
 * are the client's own business, so the page answers for each of them.
 */
export async function pages(app: FastifyInstance, { prefix, folder }: PageFolder): Promise<void> {
  const page = join(folder, 'index.html')
  const sendPage = async (reply: FastifyReply) => {
    // Read each time: a build that happens meanwhile is served whole, markup and assets together.
    const markup = existsSync(page) ? await readFile(page, 'utf8') : null
    if (markup === null)
      return reply.code(404).type('text/plain; charset=utf-8').send(`Not built yet: ${prefix}\n`)
    const nonce = randomBytes(18).toString('base64')
    return reply
      .headers({ 'content-security-policy': clientPolicy({ nonce }), 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(markup.replaceAll(NONCE_PLACE, nonce))
  }

  app.get(prefix, (_, reply) => sendPage(reply))
  app.get(`${prefix}index.html`, (_, reply) => sendPage(reply))
  if (existsSync(folder)) await serveAssets(app, prefix, folder)
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (wantsPage) return sendPage(reply)
    return reply.code(404).type('text/plain; charset=utf-8').send('Not found\n')
  })
}

async function serveAssets(app: FastifyInstance, prefix: string, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    prefix,
    index: false,
    cacheControl: false,
    dotfiles: 'ignore',
    decorateReply: false,
    setHeaders: (reply, path) => {
      const named = path.includes(`${join('/', 'assets')}/`)
      reply.header('cache-control', named ? 'public, max-age=31536000, immutable' : 'no-cache')
      // A worker takes its policy from the header of its own script.
      if (path.endsWith('.js')) {
        reply.header('content-security-policy', clientPolicy({ nonce: randomBytes(18).toString('base64') }))
      }
    },
  })
}
