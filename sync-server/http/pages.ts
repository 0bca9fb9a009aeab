import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { clientPolicy, NONCE_PLACE } from '#app/host/index.ts'
import { SIGN_IN_PATH } from '#app/protocol/index.ts'

export type PageFolder = {
  /** Where it is served: `/` or `/console/`. */
  readonly prefix: string
  /** The folder that the build wrote: index.html and assets named by their content. */
  readonly folder: string
}

/** The console's bundle holds a second page: where people sign a device in. */
export function signInPageIn(consoleFolder: string): PageFolder {
  return { prefix: SIGN_IN_PATH, folder: join(consoleFolder, 'sign-in') }
}

/** Whether the build wrote a page there. */
export function isBuilt({ folder }: PageFolder): boolean {
  return existsSync(join(folder, 'index.html'))
}

/**
 * Serves built clients: each its page, with a fresh nonce in markup and policy, and its assets for good. Addresses within
 * a client are its own business, so its page answers for each of them.
 */
export async function servePages(app: FastifyInstance, served: readonly PageFolder[]): Promise<void> {
  for (const { prefix, folder } of served) {
    app.get(prefix, (_, reply) => sendPage(reply, folder))
    app.get(`${prefix}index.html`, (_, reply) => sendPage(reply, folder))
    // Relative addresses in the markup need the slash.
    if (prefix !== '/') app.get(prefix.slice(0, -1), (_, reply) => reply.redirect(prefix, 308))
    if (existsSync(folder)) await app.register(serveAssets, { prefix, folder })
  }
  const longestFirst = served.toSorted((a, b) => b.prefix.length - a.prefix.length)
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    const home = longestFirst.find(({ prefix }) => request.url.startsWith(prefix))
    if (wantsPage && home !== undefined) return sendPage(reply, home.folder)
    return reply.code(404).type('text/plain; charset=utf-8').send('Not found\n')
  })
}

async function sendPage(reply: FastifyReply, folder: string): Promise<FastifyReply> {
  // Read each time: a build that happens meanwhile is served whole, markup and assets together.
  const markup = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null)
  if (markup === null) return reply.code(404).type('text/plain; charset=utf-8').send('Not built yet\n')
  const nonce = randomBytes(18).toString('base64')
  return reply
    .headers({ 'content-security-policy': clientPolicy({ nonce }), 'cache-control': 'no-cache' })
    .type('text/html; charset=utf-8')
    .send(markup.replaceAll(NONCE_PLACE, nonce))
}

async function serveAssets(app: FastifyInstance, { folder }: PageFolder): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    // The folder's own prefix comes with the registration.
    prefix: '/',
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
