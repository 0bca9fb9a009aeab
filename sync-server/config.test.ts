import { describe, expect, it } from 'vitest'
import { AppError } from '#app/kernel/index.ts'
import { configFrom } from './config.ts'

describe('the configuration', () => {
  it('has the fixed names where nothing is set', () => {
    expect(configFrom({})).toMatchObject({
      http: { host: '127.0.0.1', port: 7400, names: [] },
      mllp: { host: '127.0.0.1', port: 2575, plain: 'loopback', tls: null, keepDays: null },
      databaseUrl: null,
      masterKey: null,
    })
    expect(configFrom({ ROUNDS_DATA: '/srv/rounds' })).toMatchObject({
      dataFolder: '/srv/rounds',
      keyFile: '/srv/rounds.key',
    })
    expect(configFrom({ ROUNDS_PORT: '' }).http.port).toBe(7400)
    expect(configFrom({ ROUNDS_NAMES: 'a.example,b.example:8443' }).http.names).toEqual([
      'a.example',
      'b.example:8443',
    ])
  })

  it.each([
    'postgres://rounds@127.0.0.1:5432/rounds',
    'postgres://rounds@[::1]/rounds',
    'postgres://rounds@localhost/rounds?host=/run/postgresql',
    'postgres://rounds@db.example/rounds?sslmode=verify-full',
  ])('takes the database %s, which nobody can listen in on', (address) => {
    expect(configFrom({ DATABASE_URL: address }).databaseUrl).toBe(address)
  })

  it('takes a database without TLS elsewhere where somebody has decided so', () => {
    const environment = { DATABASE_URL: 'postgres://db.example/rounds', ROUNDS_DATABASE_PLAIN: 'anywhere' }
    expect(configFrom(environment).databaseUrl).toBe(environment.DATABASE_URL)
  })

  it.each([
    ['ROUNDS_PORT', '70000'],
    ['ROUNDS_MLLP_PORT', '2575 '.repeat(2)],
    ['DATABASE_URL', 'postgres://rounds:secret-word@db.example/rounds'],
    ['DATABASE_URL', 'postgres://rounds@db.example/rounds?sslmode=no-verify'],
    ['DATABASE_URL', 'mysql://root:secret-word@localhost/rounds'],
    ['ROUNDS_MASTER_KEY', 'c2VjcmV0LXdvcmQ='],
    ['ROUNDS_LOG', 'loud'],
  ])('names %s where its value makes no sense, and never says the value', (setting, value) => {
    try {
      configFrom({ [setting]: value })
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(AppError)
      expect(thrown).toMatchObject({ code: 'server.config', facts: { setting } })
      expect(String(thrown)).not.toContain(value)
    }
  })
})
