import { describe, expect, it } from 'vitest'
import { derivedId } from '#app/kernel/index.ts'
import { feedSettingsSchema } from '../../hl7/feed-settings.ts'
import { draftOf, newDestination, problemsOf, settingsOf } from './draft.ts'

const settings = {
  senders: [{ application: 'ADT', facility: '*' }],
  zone: 'America/New_York',
  charset: null,
  authority: { namespace: 'GENERAL' },
  sites: [{ sender: '*', facility: 'W', site: derivedId('site') }],
  ownership: { patients: { birthDate: 'rounds', '*': 'feed' }, encounters: { '*': 'feed' } },
  processingIds: ['P'],
  acknowledge: 'original',
  unsupported: 'park',
  ownFault: 'refuse',
  unreadable: 'refuse',
  quietAfter: 90,
  replyTo: { host: 'engine.example', port: 6661 },
}
const page = {
  id: derivedId('feed'),
  name: 'North',
  version: 3,
  disabledAt: null,
  settings,
  former: [],
  sites: [],
  modules: {},
}

describe('a draft of the settings of a feed', () => {
  it('becomes what it was made of, so that saving without a change changes nothing', () => {
    expect(settingsOf(draftOf(page))).toEqual(feedSettingsSchema.parse(settings))
    const bare = { ...settings, replyTo: null, quietAfter: null, ownership: {} }
    expect(settingsOf(draftOf({ ...page, settings: bare }))).toEqual(feedSettingsSchema.parse(bare))
  })

  it('says what is wrong by the setting, and in which row', () => {
    const draft = draftOf(page)
    expect([...problemsOf(draft)]).toEqual([])
    const wrong = problemsOf({
      ...draft,
      name: ' ',
      zone: 'Mars/Olympus',
      sites: [...draft.sites, { sender: '*', facility: '*', site: '' }],
      replyPort: null,
    })
    expect([...wrong.keys()].toSorted()).toEqual(['name', 'replyTo', 'sites', 'zone'])
    expect(wrong.get('sites')).toMatch(/^Row 2: /)
  })

  it('begins a destination that lacks nothing but its host', () => {
    const draft = { ...draftOf(page), send: newDestination }
    expect([...problemsOf(draft).keys()]).toEqual(['send'])
    const named = { ...draft, send: newDestination && { ...newDestination, host: 'ehr.example' } }
    expect([...problemsOf(named)]).toEqual([])
    expect(settingsOf(named)['send']).toMatchObject({
      host: 'ehr.example',
      tls: true,
      events: ['A28', 'A31', 'A04'],
    })
  })
})
