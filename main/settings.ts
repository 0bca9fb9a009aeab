import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '#app/kernel/index.ts'

// Which server this machine belongs to. An installed application reads it from one file that the administrator lays
// down; a checkout may be told by the environment (`npm start` does).

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

const settingsSchema = z.strictObject({
  /** HTTPS, or plain HTTP to this very machine. */
  server: z
    .url()
    .refine(isAdmittedServer)
    .transform((address) => new URL(address).origin),
  /** SHA-256 of the public keys (SPKI) that the server may show, base64; empty: the system decides. */
  pins: z.array(z.base64().length(44)).max(16).default([]),
})
export type Settings = z.output<typeof settingsSchema>

export type SettingsSource = {
  readonly file: string
  readonly packaged: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Throws `host.server-unset` where nothing valid says which server it is. */
export function readSettings({ file, packaged, environment }: SettingsSource): Settings {
  const named = packaged ? undefined : environment['ROUNDS_SERVER']
  const parsed = settingsSchema.safeParse(named === undefined ? readJson(file) : { server: named })
  if (!parsed.success) throw new AppError('host.server-unset', { file })
  return parsed.data
}

export function isLoopback(address: string): boolean {
  return LOOPBACK.has(new URL(address).hostname)
}

/** By HTTPS, or by plain HTTP on this very machine. */
export function isAdmittedServer(address: string): boolean {
  const { protocol } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(address))
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
