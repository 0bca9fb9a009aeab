import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { encodeFrame } from '../../mllp/codec.ts'
import { sendMessages } from '../../send.ts'
import { states, textAt } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../../testing/hospital.ts'
import { admit, discharge, message, msh } from '../../testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(options: HospitalOptions = {}): Promise<Hospital> {
  hospital = await openHospital(options)
  return hospital
}

describe.each(['sqlite', 'postgres'] as const)('enhanced mode, over %s', (dialect) => {
  test('CA after the commit, AA after applying, in their order', async () => {
    const here = await open({ dialect })
    const answers = await sendMessages(
      '127.0.0.1',
      here.hl7.port,
      [admit('1', { accept: 'AL', apply: 'AL' }), discharge('2', { accept: 'AL', apply: 'AL' })],
      { answersPerMessage: 2 },
    )
    const said = answers.map((answer) =>
      answer === null ? null : [textAt(answer, 'MSA-1'), textAt(answer, 'MSA-2')],
    )
    expect(said).toEqual([
      ['CA', '1'],
      ['AA', '1'],
      ['CA', '2'],
      ['AA', '2'],
    ])
  })

  test('a mapping fault is AE to the application, a repeat of it too; nothing of the patient is in it', async () => {
    const here = await open({ dialect })
    const broken = message(
      msh({ type: 'SIU^S12', controlId: '1', accept: 'NE', apply: 'ER' }),
      'SCH||F1',
      'PID|1||1^^^A^MR||Secretname^Jane',
    )
    for (const answer of await sendMessages('127.0.0.1', here.hl7.port, [broken, broken])) {
      expect(answer === null ? null : textAt(answer, 'MSA-1')).toBe('AE')
      expect(answer?.toString()).toContain('SCH')
      expect(answer?.toString()).not.toContain('Secretname')
    }
  })

  test('who waits for the application alone hears from it that the message is refused', async () => {
    const here = await open({ dialect })
    const asked = { accept: 'NE', apply: 'AL' } as const
    const strange = message(msh({ type: 'ZZZ^Z01', controlId: '1', ...asked }), 'PID|1')
    const faulty = message(msh({ type: 'ADT^A01', controlId: '2', ...asked }), 'EVN|A01')
    const answers = await sendMessages('127.0.0.1', here.hl7.port, [strange, faulty, admit('3', asked)])
    expect(answers.map((answer) => answer && textAt(answer, 'MSA-1'))).toEqual(['AR', 'AE', 'AA'])
    expect(answers.map((answer) => answer && textAt(answer, 'ERR-3'))).toEqual(['200', '101', ''])
    expect(await states(here)).toEqual(['refused', 'refused', 'applied'])
  })

  test('never and never answers nothing', async () => {
    const here = await open({ dialect })
    const socket = connect(here.hl7.port, '127.0.0.1')
    const silent = admit('1', { accept: 'NE', apply: 'NE' })
    const asked = discharge('2')
    socket.write(Buffer.concat([encodeFrame(silent), encodeFrame(asked)]))
    const [packet] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(packet.toString()).toContain('MSA|AA|2')
    expect(packet.toString()).not.toContain('|AA|1')
    await here.hl7.idle()
    expect(await states(here)).toEqual(['applied', 'applied'])
  })
})
