import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { says } from '#app/kernel/index.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import { admit, message, msh, pid } from '#sync-server/hl7/testing/messages.ts'
import { openConsole } from './console.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// A hospital sends what can't be taken. One story: the tests below follow one another.

let stage: Stage
let console: Page

beforeAll(async () => {
  stage = await openStage()
  console = await openConsole(stage)
})

afterAll(() => stage.end())

/** What is answered, as text; an ended connection is no answer. */
async function send(bytes: Buffer): Promise<string | null> {
  const [answer] = await sendMessages('127.0.0.1', stage.server.mllpPort, [bytes])
  return answer?.toString('utf8') ?? null
}

/** The messages by their state, as the console counts them; a page that is opened asks at once. */
async function counted(page: Page, ...counts: readonly string[]): Promise<void> {
  await page.getByRole('tab', { name: 'Feeds' }).click()
  await page.getByRole('tab', { name: 'Overview' }).click()
  for (const count of counts) await page.getByText(count, { exact: true }).waitFor()
}

describe('a hospital that sends what can not be taken', () => {
  it('is cut off when it speaks something else than HL7; the bytes are kept', async () => {
    expect(await send(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBeNull()
    await counted(console, '1 parked')
  })

  it('is told that a type is not supported', async () => {
    const answer = await send(message(msh({ type: 'ADT^A99', controlId: 'T1' }), pid))
    expect(answer).toContain('MSA|AR|T1')
    expect(answer).toContain(says('hl7.unsupported', { type: 'ADT\\S\\A99' }))
    await counted(console, '1 refused')
  })

  it('is told which field is missing', async () => {
    const nobody = message(msh({ type: 'ADT^A01', controlId: 'T2' }), 'EVN|A01', 'PID|1||||Vahl^Jane')
    const answer = await send(nobody)
    expect(answer).toContain('MSA|AE|T2')
    expect(answer).toContain(says('hl7.required-missing', { place: 'PID-3' }))
    await counted(console, '2 refused')
  })

  it('is told that it came when the mapping fails; the message becomes a dead letter', async () => {
    const withoutTime = message(msh({ type: 'SIU^S12', controlId: 'T3' }), 'SCH||F1^SCHED', pid)
    expect(await send(withoutTime)).toContain('MSA|AA|T3')
    await counted(console, '1 dead letter')
  })

  it('is not held up by any of it, and everything is still there after a restart', async () => {
    expect(await send(admit('T4'))).toContain('MSA|AA|T4')
    await counted(console, '1 applied')
    await stage.server.kill()
    await stage.server.start()
    await counted(await openConsole(stage), '1 parked', '2 refused', '1 dead letter', '1 applied')
  })
})
