import { join } from 'node:path'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { newClient } from '../harness/client.ts'
import type { Client } from '../harness/client.ts'
import { copyOrganisation } from '../harness/organisation.ts'
import { newPlace } from '../harness/place.ts'
import type { Place } from '../harness/place.ts'
import { serverProcess } from '../harness/server-process.ts'
import type { ServerProcess } from '../harness/server-process.ts'

/** A running server with its synthetic organisation, and the people who work with it. */
export type Stage = {
  readonly place: Place
  readonly server: ServerProcess
  client(login: string, device?: string): Client
  end(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const place = await newPlace()
  const { port, mllpPort } = place
  const dataFolder = join(place.folder, 'data')
  await copyOrganisation(dataFolder)
  const server = serverProcess({ dataFolder, port, mllpPort })
  place.atEnd(() => server.kill())
  await server.start()
  return {
    place,
    server,
    client: (login, device) => newClient(place, server.url, personOf(login), device),
    end: () => place.end(),
  }
}

function personOf(login: string) {
  return { login, password: DEMO_PASSWORD, passphrase: `${login} walks under nine lanterns` }
}
