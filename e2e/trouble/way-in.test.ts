import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { remedy, says } from '#app/kernel/index.ts'
import { MIN_PASSPHRASE } from '#renderer/replica/keys/index.ts'
import type { Client } from '../harness/client.ts'
import { openModule } from '../harness/screens.ts'
import { seesFault } from './sees.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// What can go wrong before a replica is open. One story: the tests below follow one another.

let stage: Stage
let ada: Client
let page: Page

beforeAll(async () => {
  stage = await openStage()
  ada = stage.client('ada')
  await ada.open()
  page = ada.page()
})

afterAll(() => stage.end())

async function fillAccount(password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function fillPassphrase(passphrase: string, again = passphrase): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByLabel('Passphrase again').fill(again)
}

const setUp = () => page.getByRole('button', { name: 'Set up this computer' })

describe('setting up a computer', () => {
  it('does not take a passphrase that is too short, or not the same twice', async () => {
    await page.getByRole('textbox', { name: 'User name' }).fill('ada')
    await fillAccount('not the password')
    await fillPassphrase('short')
    await page.getByText(`At least ${MIN_PASSPHRASE} characters.`).waitFor()
    expect(await setUp().isDisabled()).toBe(true)
    await fillPassphrase(ada.person.passphrase, 'something else')
    await page.getByText('The two are not the same yet.').waitFor()
    expect(await setUp().isDisabled()).toBe(true)
  })

  it('says that the password is wrong, and keeps what was typed', async () => {
    await fillPassphrase(ada.person.passphrase)
    await setUp().click()
    await seesFault(page, 'access.credentials')
    expect(await page.getByRole('textbox', { name: 'User name' }).inputValue()).toBe('ada')
  })

  it('slows down guessing, says for how long, and then lets in who knows the password', async () => {
    const throttled = page.getByRole('alert').filter({ hasText: says('access.throttled') })
    const answered = page.getByRole('alert').or(page.locator('[data-sync]')).filter({ visible: true })
    for (let guess = 0; guess < 12 && !(await throttled.isVisible()); guess += 1) {
      await fillAccount(`guess ${guess}`)
      await fillPassphrase(ada.person.passphrase)
      await setUp().click()
      await answered.first().waitFor()
    }
    expect(await throttled.innerText()).toMatch(/Wait \d+ seconds? and try again\./)
    while (!(await page.locator('[data-sync]').isVisible())) {
      await fillAccount(ada.person.password)
      await fillPassphrase(ada.person.passphrase)
      await setUp().click()
      await answered.first().waitFor()
    }
    await ada.reachesSync('done')
  })
})

describe('unlocking', () => {
  it('says that the passphrase is wrong, and opens everything with the right one', async () => {
    await ada.close()
    await ada.open()
    page = ada.page()
    await page.getByLabel('Passphrase', { exact: true }).fill('ada walks under ten lanterns')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText(`${says('replica.passphrase')} ${remedy('replica.passphrase')}`).waitFor()
    await ada.unlock()
    await openModule(page, 'Accounts')
    await page.getByRole('row').nth(1).waitFor()
  })

  it('leaves the replica to the window that has it, and opens it once that is closed', async () => {
    const second = await page.context().newPage()
    await second.goto(stage.server.url)
    await second.getByLabel('Passphrase', { exact: true }).fill(ada.person.passphrase)
    await second.getByRole('button', { name: 'Unlock' }).click()
    await seesFault(second, 'replica.in-use')
    await page.close()
    await second.getByLabel('Passphrase', { exact: true }).fill(ada.person.passphrase)
    await second.getByRole('button', { name: 'Unlock' }).click()
    await second.locator('[data-sync="done"]').waitFor()
    await openModule(second, 'Accounts')
    await second.getByRole('row').nth(1).waitFor()
  })

  it('ran without a fault in the page', () => expect(ada.faults()).toEqual([]))
})
