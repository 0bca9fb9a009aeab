import type { Id } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, routes, STREAM_PATH } from '#app/protocol/index.ts'
import type { EnrolAnswer, RouteName, Session, StreamEvent } from '#app/protocol/index.ts'
import { serverSentEvents } from '#renderer/replica/session/server-sent-events.ts'
import { deviceProver, newDeviceKey } from '#sync-server/testing/device-prover.ts'
import type { DeviceKey, DeviceProver } from '#sync-server/testing/device-prover.ts'
import { enrolBody } from '#sync-server/testing/test-device.ts'

// The protocol as bare as it goes over the wire. Nothing is compressed: everybody is on this machine.

const common = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), 'accept-encoding': 'identity' }

export type Device = {
  readonly userId: Id
  readonly token: string
  readonly prover: DeviceProver
  /** The same session at another process of the server. */
  at(url: string): Device
  ask<Answer>(route: RouteName, request: unknown): Promise<Answer>
  /** Resolves when the stream is open; what it says goes to `heard` from then on. */
  listen(heard: (event: StreamEvent) => void): Promise<void>
}

export async function enrol(url: string, login: string): Promise<Device> {
  const key = newDeviceKey()
  const response = await fetch(`${url}${routes.enrol.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...common },
    body: JSON.stringify(enrolBody(login, { key })),
  })
  const { session } = (await answered('enrol', response)) as EnrolAnswer
  const device = deviceAt(url, session, key)
  device.prover.heard(response)
  return device
}

function deviceAt(url: string, session: Session, key: DeviceKey): Device {
  const prover = deviceProver(url, key)
  const { token } = session
  return {
    userId: session.user.id,
    token,
    prover,
    at: (other) => deviceAt(other, session, key),
    async ask<Answer>(route: RouteName, request: unknown) {
      const headers = { 'content-type': 'application/json', ...common }
      const body = JSON.stringify(request)
      const response = await prover.fetch(routes[route].path, token, { headers, body })
      return (await answered(route, response)) as Answer
    },
    async listen(heard) {
      const { body } = await prover.fetch(STREAM_PATH, token, { method: 'GET', headers: common })
      if (body === null) throw new Error('the stream is empty')
      void (async () => {
        for await (const data of serverSentEvents(body)) heard(JSON.parse(data) as StreamEvent)
      })()
    },
  }
}

async function answered(route: RouteName, response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
  return response.json()
}
