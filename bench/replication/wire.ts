import type { Id } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, routes, STREAM_PATH } from '#app/protocol/index.ts'
import type { EnrolAnswer, RouteName, Session, StreamEvent } from '#app/protocol/index.ts'
import { serverSentEvents } from '#renderer/replica/session/server-sent-events.ts'
import { enrolBody } from '#sync-server/testing/test-device.ts'

// The protocol as bare as it goes over the wire. Nothing is compressed: everybody is on this machine.

const common = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), 'accept-encoding': 'identity' }

export type Device = {
  readonly userId: Id
  readonly token: string
  /** The same session at another process of the server. */
  at(url: string): Device
  ask<Answer>(route: RouteName, request: unknown): Promise<Answer>
  /** Resolves when the stream is open; what it says goes to `heard` from then on. */
  listen(heard: (event: StreamEvent) => void): Promise<void>
}

export async function enrol(url: string, login: string): Promise<Device> {
  const { session } = await post<EnrolAnswer>(url, 'enrol', enrolBody(login, {}), {})
  return deviceAt(url, session)
}

function deviceAt(url: string, session: Session): Device {
  const authorization = { authorization: `Bearer ${session.token}` }
  return {
    userId: session.user.id,
    token: session.token,
    at: (other) => deviceAt(other, session),
    ask: (route, request) => post(url, route, request, authorization),
    async listen(heard) {
      const { body } = await fetch(`${url}${STREAM_PATH}`, { headers: { ...common, ...authorization } })
      if (body === null) throw new Error('the stream is empty')
      void (async () => {
        for await (const data of serverSentEvents(body)) heard(JSON.parse(data) as StreamEvent)
      })()
    },
  }
}

async function post<Answer>(
  url: string,
  route: RouteName,
  request: unknown,
  authorization: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(`${url}${routes[route].path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...common, ...authorization },
    body: JSON.stringify(request),
  })
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}
