import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../harness/client.ts'
import { editRecord } from '../harness/screens.ts'
import { newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// A laptop whose clock is wrong, beside one whose clock is right. One story: the tests below follow one another.

const DAY = 86_400_000
const book = newNoteBook()

let stage: Stage
let wrong: Client
let right: Client

beforeAll(async () => {
  stage = await openStage()
  wrong = stage.client('ada', 'laptop with a flat battery')
  right = stage.client('ada')
  wrong.setClockWrong(DAY)
  for (const client of [wrong, right]) {
    await client.open()
    await client.enrol()
    await client.reachesSync('done')
    await openAnAccount(client.page())
  }
})

afterAll(() => stage.end())

/** The last word of each of them arrives at the other. */
async function workTogether(when: string): Promise<void> {
  for (const [author, reader] of [
    [wrong, right],
    [right, wrong],
  ] as const) {
    const said = `${author === wrong ? 'Wrong' : 'Right'} clock, ${when}.`
    await writeNote(author.page(), book, `Note: ${said}`)
    await editRecord(author.page(), { Note: said })
    await author.reachesSync('done')
    await reader.page().getByText(said, { exact: true }).waitFor()
    await expect.poll(() => notesShown(reader.page(), 'Note: ')).toEqual(book.written.toSorted())
  }
}

async function restart(client: Client): Promise<void> {
  await client.close()
  await client.open()
  await client.unlock()
  await client.reachesSync('done')
  await openAnAccount(client.page())
}

/** In whole days, as the page has it. */
async function daysOff(): Promise<number> {
  return Math.round(((await wrong.page().evaluate(() => Date.now())) - Date.now()) / DAY)
}

describe('a laptop whose clock is a day off', () => {
  it('works with others when it is a day ahead', async () => {
    expect(await daysOff()).toBe(1)
    await workTogether('a day ahead')
  })

  it('works on when it is set back, to a day behind', async () => {
    wrong.setClockWrong(-DAY)
    await restart(wrong)
    expect(await daysOff()).toBe(-1)
    await workTogether('a day behind')
  })

  it('works on when it is set right, and nothing waits or was refused', async () => {
    wrong.setClockWrong(0)
    await restart(wrong)
    await workTogether('set right')
    for (const { page } of [wrong, right]) {
      expect(await page().locator('[data-sync]').innerText()).toBe('Up to date')
      expect(await page().getByRole('region', { name: 'Values that lost' }).count()).toBe(0)
    }
  })

  it('ran without a fault in the page', () => {
    expect(wrong.faults()).toEqual([])
    expect(right.faults()).toEqual([])
  })
})
