import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '#app/kernel/index.ts'
import { syslogPlaceOf } from './audit/syslog-witness.ts'
import type { SyslogPlace } from './audit/syslog-witness.ts'
import { isLoopback } from './tls/loopback.ts'

// Everything that can be set from outside, parsed once. Nothing else reads the environment.

const port = z.coerce.number().int().min(0).max(65_535)

const settings = {
  ROUNDS_PORT: { schema: port.default(7400), expected: 'A port number from 0 to 65535.' },
  ROUNDS_HOST: { schema: z.string().min(1).default('127.0.0.1'), expected: 'An address of this machine.' },
  ROUNDS_NAMES: {
    schema: z
      .string()
      .default('')
      .transform((list) => list.split(',').filter((name) => name !== '')),
    expected: 'Host names, with their port where there is one, separated by commas.',
  },
  ROUNDS_TLS: {
    schema: z.enum(['beyond-loopback', 'always']).default('beyond-loopback'),
    expected: 'One of beyond-loopback, always: where HTTP is encrypted.',
  },
  ROUNDS_TLS_CERT: { schema: z.string().min(1).optional(), expected: 'A file with a certificate (PEM).' },
  ROUNDS_TLS_KEY: {
    schema: z.string().min(1).optional(),
    expected: "A file with the certificate's key (PEM).",
  },
  ROUNDS_TLS_NEXT_CERT: {
    schema: z.string().min(1).optional(),
    expected: 'A file with the certificate that comes after ROUNDS_TLS_CERT (PEM), for clients to pin.',
  },
  ROUNDS_MLLP_PORT: { schema: port.default(2575), expected: 'A port number from 0 to 65535.' },
  ROUNDS_MLLP_HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    expected: 'An address of this machine.',
  },
  ROUNDS_MLLP_CERT: { schema: z.string().min(1).optional(), expected: 'A file with a certificate (PEM).' },
  ROUNDS_MLLP_KEY: {
    schema: z.string().min(1).optional(),
    expected: "A file with the certificate's key (PEM).",
  },
  ROUNDS_MLLP_CLIENT_CA: {
    schema: z.string().min(1).optional(),
    expected: 'A file with the certificate that signs those of the senders (PEM); needs ROUNDS_MLLP_CERT.',
  },
  ROUNDS_MLLP_SEND_CA: {
    schema: z.string().min(1).optional(),
    expected: 'A file with the certificates that destinations are believed by (PEM).',
  },
  ROUNDS_MLLP_SEND_CERT: {
    schema: z.string().min(1).optional(),
    expected: 'A file with the certificate that destinations are shown (PEM); with ROUNDS_MLLP_SEND_KEY.',
  },
  ROUNDS_MLLP_SEND_KEY: {
    schema: z.string().min(1).optional(),
    expected: "A file with that certificate's key (PEM); with ROUNDS_MLLP_SEND_CERT.",
  },
  ROUNDS_MLLP_PLAIN: {
    schema: z.enum(['loopback', 'anywhere']).default('loopback'),
    expected: 'One of loopback, anywhere: where HL7 is taken in, and sent, without TLS.',
  },
  ROUNDS_HL7_KEEP_DAYS: {
    schema: z.coerce.number().int().min(30).optional(),
    expected: 'How many days messages that are over are kept, 30 at least.',
  },
  ROUNDS_FILES_MB: {
    schema: z.coerce.number().int().min(1).default(20_000),
    expected: 'How many megabytes the files of all records may take.',
  },
  ROUNDS_HISTORY_DAYS: {
    schema: z.coerce.number().int().min(30).default(180),
    expected:
      'How many days a replica may be away and still be brought up to date by what changed, 30 at least.',
  },
  ROUNDS_OIDC_ISSUER: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    expected: 'The address of a provider of single sign-on, as it names itself: https://login.example.',
  },
  ROUNDS_OIDC_CLIENT: {
    schema: z.string().min(1).optional(),
    expected: 'The name under which the provider knows this server; with ROUNDS_OIDC_ISSUER.',
  },
  ROUNDS_OIDC_SECRET: {
    schema: z.string().min(1).optional(),
    expected: 'The secret that the provider gave for it, where it gave one.',
  },
  ROUNDS_OIDC_NAME: {
    schema: z.string().min(1).max(64).default('your organisation'),
    expected: 'What people call the provider.',
  },
  ROUNDS_OIDC_FACTOR: {
    schema: z.enum(['said', 'trusted']).default('said'),
    expected:
      'One of said, trusted: whether the provider has to say that a second factor was shown (amr), where one is needed.',
  },
  ROUNDS_FHIR_URL: {
    schema: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/$/, ''))
      .optional(),
    expected: "The address of this server's FHIR as clients know it, such as https://rounds.example/fhir.",
  },
  ROUNDS_FHIR_PHI_IN_URLS: {
    schema: z.stringbool().default(false),
    expected: 'yes, or no: whether searches that tell of a patient may be sent as GET.',
  },
  ROUNDS_DATA: { schema: z.string().min(1).default('data'), expected: 'A folder.' },
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    expected:
      'A PostgreSQL address: postgres://user@host/database; beyond this machine by TLS (?sslmode=verify-full), or with ROUNDS_DATABASE_PLAIN=anywhere.',
  },
  ROUNDS_DATABASE_PLAIN: {
    schema: z.enum(['loopback', 'anywhere']).default('loopback'),
    expected: 'One of loopback, anywhere: where the database is spoken to without TLS.',
  },
  ROUNDS_MASTER_KEY: {
    schema: z.base64().length(44).optional(),
    expected: '32 random bytes in base64.',
  },
  ROUNDS_KEY_FILE: { schema: z.string().min(1).optional(), expected: 'A file that holds the master key.' },
  ROUNDS_CLIENT: {
    schema: z.string().min(1).default('dist/renderer'),
    expected: "The client's built folder.",
  },
  ROUNDS_CONSOLE: {
    schema: z.string().min(1).default('dist/console'),
    expected: "The console's built folder.",
  },
  ROUNDS_DEMO_SCALE: {
    schema: z.coerce.number().min(0.1).max(100).default(1),
    expected: 'How many times the usual size the synthetic organisation is made: from 0.1 to 100.',
  },
  ROUNDS_REQUESTS: {
    schema: z.coerce.number().int().min(1).max(1_000_000).default(50),
    expected: 'How many requests a second one device, person at the console or FHIR client may make.',
  },
  ROUNDS_MAINTENANCE: {
    schema: z.stringbool().default(false),
    expected: 'yes, or no: whether replicas are told to wait.',
  },
  ROUNDS_AUDIT_HEADS: {
    schema: z.string().min(1).optional(),
    expected: 'A file, best on another machine, that keeps the ends of the audit.',
  },
  ROUNDS_AUDIT_WEBHOOK: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    expected: 'An address that takes the ends of the audit: https://host/path.',
  },
  ROUNDS_REGIONS: {
    schema: z
      .string()
      .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/)
      .transform((list) => list.split(','))
      .optional(),
    expected: 'The regions whose data this server takes, such as us-east,us-west; every one unless set.',
  },
  ROUNDS_ERASURES: {
    schema: z.string().min(1).optional(),
    expected: 'The file that names what was erased, outside of the backups of the data.',
  },
  ROUNDS_AUDIT_SYSLOG: {
    schema: z
      .string()
      .refine((address) => syslogPlaceOf(address, null) !== null)
      .optional(),
    expected:
      'A collector that takes the ends of the audit: udp://host, tcp://host or tls://host, with a port if it is another.',
  },
  ROUNDS_AUDIT_SYSLOG_CA: {
    schema: z.string().min(1).optional(),
    expected: 'A file of certificates that the collector is checked with (PEM).',
  },
  ROUNDS_LOG: {
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
    expected: 'One of silent, error, warn, info, debug.',
  },
} as const

type Setting = keyof typeof settings

export type MllpConfig = {
  readonly host: string
  readonly port: number
  /** Where messages are taken in without TLS. */
  readonly plain: 'loopback' | 'anywhere'
  /** Files; null: no TLS. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string | null } | null
  /** Files: whom we believe (null: whom the system does), and what we show, when we send. */
  readonly sendTls: {
    readonly ca: string | null
    readonly client: { readonly cert: string; readonly key: string } | null
  }
  /** Null: messages are kept for ever. */
  readonly keepDays: number | null
}

export type HttpsConfig = {
  /** On loopback, too. */
  readonly always: boolean
  /** What an administrator gave; null: the server makes a certificate of its own. */
  readonly files: { readonly cert: string; readonly key: string } | null
  /** The one that comes after those files; null: nobody knows, and clients pin nothing. */
  readonly nextCert: string | null
  /** Where the server keeps the one that it makes. */
  readonly ownFile: string
}

export type ServerConfig = {
  readonly http: {
    readonly host: string
    readonly port: number
    readonly names: readonly string[]
    readonly tls: HttpsConfig
    /** Replicas are told to wait; the console and the pages are served. */
    readonly maintenance?: boolean | undefined
    /** Milliseconds within which a request has to be here, whole; a minute unless given. */
    readonly slowestRequest?: number | undefined
    /** How many a caller may make, in the middle of ten seconds. */
    readonly requestsPerSecond: number
  }
  readonly mllp: MllpConfig
  /** How many bytes the files of all records may take. */
  readonly filesQuota: number
  /** For how many days replaced states are kept, for replicas that are away. */
  readonly historyDays: number
  readonly fhir: {
    /** Null: as they call it. */
    readonly url: string | null
    readonly phiInUrls: boolean
  }
  /** A provider of single sign-on; null: there is none. */
  readonly oidc: {
    readonly issuer: string
    readonly client: string
    readonly secret: string | null
    readonly name: string
    /** It asks everybody for a second factor, whether it says so or not. */
    readonly trustsFactor: boolean
  } | null
  readonly dataFolder: string
  readonly databaseUrl: string | null
  /** Base64; null: from the key file. */
  readonly masterKey: string | null
  readonly keyFile: string
  readonly clientFolder: string
  readonly consoleFolder: string
  /** Of the synthetic organisation, at its first start. */
  readonly demoScale: number
  /** Whose sites' data this server takes; null: every region's. */
  readonly regions: readonly string[] | null
  /** The file that names what was erased, beside the data and outside of its backups. */
  readonly erasureLedger: string
  /** Where the ends of the audit are told, beside this server; null: nowhere. */
  readonly auditWitness: {
    readonly file: string | null
    readonly webhook: string | null
    readonly syslog: SyslogPlace | null
  }
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

const megabyte = 1024 * 1024

/** The configuration an environment describes. Throws `server.config`, naming the setting; never its value. */
export function configFrom(environment: Readonly<Record<string, string | undefined>>): ServerConfig {
  const value = <Name extends Setting>(name: Name) => setting(name, environment[name])
  const dataFolder = resolve(value('ROUNDS_DATA'))
  return {
    http: {
      host: value('ROUNDS_HOST'),
      port: value('ROUNDS_PORT'),
      names: value('ROUNDS_NAMES'),
      tls: {
        always: value('ROUNDS_TLS') === 'always',
        files: filesOf({ cert: 'ROUNDS_TLS_CERT', key: 'ROUNDS_TLS_KEY' }, value),
        nextCert: fileOf(value('ROUNDS_TLS_NEXT_CERT')),
        ownFile: `${dataFolder}.tls.pem`,
      },
      maintenance: value('ROUNDS_MAINTENANCE'),
      requestsPerSecond: value('ROUNDS_REQUESTS'),
    },
    mllp: {
      host: value('ROUNDS_MLLP_HOST'),
      port: value('ROUNDS_MLLP_PORT'),
      plain: value('ROUNDS_MLLP_PLAIN'),
      tls: mllpTls(value),
      sendTls: sendTls(value),
      keepDays: value('ROUNDS_HL7_KEEP_DAYS') ?? null,
    },
    filesQuota: value('ROUNDS_FILES_MB') * megabyte,
    historyDays: value('ROUNDS_HISTORY_DAYS'),
    fhir: { url: value('ROUNDS_FHIR_URL') ?? null, phiInUrls: value('ROUNDS_FHIR_PHI_IN_URLS') },
    oidc: oidcOf(value),
    dataFolder,
    databaseUrl: databaseOf(value),
    masterKey: value('ROUNDS_MASTER_KEY') ?? null,
    keyFile: resolve(value('ROUNDS_KEY_FILE') ?? `${dataFolder}.key`),
    clientFolder: resolve(value('ROUNDS_CLIENT')),
    consoleFolder: resolve(value('ROUNDS_CONSOLE')),
    demoScale: value('ROUNDS_DEMO_SCALE'),
    regions: value('ROUNDS_REGIONS') ?? null,
    erasureLedger: resolve(value('ROUNDS_ERASURES') ?? `${dataFolder}.erasures`),
    auditWitness: {
      file: fileOf(value('ROUNDS_AUDIT_HEADS')),
      webhook: value('ROUNDS_AUDIT_WEBHOOK') ?? null,
      syslog: syslogOf(value('ROUNDS_AUDIT_SYSLOG'), value('ROUNDS_AUDIT_SYSLOG_CA')),
    },
    logLevel: value('ROUNDS_LOG'),
  }
}

function fileOf(name: string | undefined): string | null {
  return name === undefined ? null : resolve(name)
}

function syslogOf(address: string | undefined, caFile: string | undefined): SyslogPlace | null {
  if (address === undefined) return null
  return syslogPlaceOf(address, fileOf(caFile))
}

/** All or nothing: half a setting would quietly be plain text. */
function filesOf(
  names: { readonly cert: Setting; readonly key: Setting },
  value: (name: Setting) => unknown,
): { readonly cert: string; readonly key: string } | null {
  const [cert, key] = [value(names.cert), value(names.key)]
  if (cert === undefined && key === undefined) return null
  if (typeof cert !== 'string') throw lacking(names.cert)
  if (typeof key !== 'string') throw lacking(names.key)
  return { cert: resolve(cert), key: resolve(key) }
}

function mllpTls(
  value: <Name extends Setting>(name: Name) => z.infer<(typeof settings)[Name]['schema']>,
): MllpConfig['tls'] {
  const files = filesOf({ cert: 'ROUNDS_MLLP_CERT', key: 'ROUNDS_MLLP_KEY' }, value)
  const clientCa = value('ROUNDS_MLLP_CLIENT_CA')
  if (files === null && clientCa !== undefined) throw lacking('ROUNDS_MLLP_CERT')
  return files === null ? null : { ...files, clientCa: fileOf(clientCa) }
}

function sendTls(
  value: <Name extends Setting>(name: Name) => z.infer<(typeof settings)[Name]['schema']>,
): MllpConfig['sendTls'] {
  const ca = value('ROUNDS_MLLP_SEND_CA')
  const client = filesOf({ cert: 'ROUNDS_MLLP_SEND_CERT', key: 'ROUNDS_MLLP_SEND_KEY' }, value)
  return { ca: ca === undefined ? null : resolve(ca), client }
}

const checkedByTls = ['require', 'verify-ca', 'verify-full']

/** By TLS, but on this machine, unless somebody has decided otherwise: what is sealed is not all that goes over the line. */
function databaseOf(
  value: <Name extends Setting>(name: Name) => z.infer<(typeof settings)[Name]['schema']>,
): string | null {
  const address = value('DATABASE_URL')
  if (address === undefined) return null
  const { hostname, searchParams } = new URL(address)
  const host = searchParams.get('host') ?? hostname
  const isHere = host === '' || host.startsWith('/') || isLoopback(host.replaceAll(/[[\]]/g, ''))
  const isEncrypted = checkedByTls.includes(searchParams.get('sslmode') ?? '')
  if (!isHere && !isEncrypted && value('ROUNDS_DATABASE_PLAIN') === 'loopback') throw lacking('DATABASE_URL')
  return address
}

/** By HTTPS, but on this machine: whoever sits between decides who signs in. */
function oidcOf(
  value: <Name extends Setting>(name: Name) => z.infer<(typeof settings)[Name]['schema']>,
): ServerConfig['oidc'] {
  const issuer = value('ROUNDS_OIDC_ISSUER')
  if (issuer === undefined) return null
  const client = value('ROUNDS_OIDC_CLIENT')
  if (client === undefined) throw lacking('ROUNDS_OIDC_CLIENT')
  const { protocol, hostname } = new URL(issuer)
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
  if (protocol !== 'https:' && !isHere) throw lacking('ROUNDS_OIDC_ISSUER')
  return {
    issuer,
    client,
    secret: value('ROUNDS_OIDC_SECRET') ?? null,
    name: value('ROUNDS_OIDC_NAME'),
    trustsFactor: value('ROUNDS_OIDC_FACTOR') === 'trusted',
  }
}

function lacking(name: Setting): AppError {
  return new AppError('server.config', { setting: name, expected: settings[name].expected })
}

function setting<Name extends Setting>(
  name: Name,
  text: string | undefined,
): z.infer<(typeof settings)[Name]['schema']> {
  const parsed = settings[name].schema.safeParse(text === '' ? undefined : text)
  if (!parsed.success)
    throw new AppError('server.config', { setting: name, expected: settings[name].expected })
  // One entry's schema and its parsed value: a link the type system loses over the union.
  return parsed.data as z.infer<(typeof settings)[Name]['schema']>
}
