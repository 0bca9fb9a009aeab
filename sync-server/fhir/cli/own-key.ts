import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import { newId } from '#app/kernel/index.ts'
import type { FhirOptions, Say } from '../cli.ts'

// What the other side does: a key of its own, and a token by it.

const algorithm = 'ES384'

export async function makeKey(folder: string, say: Say): Promise<number> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const kid = newId()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeNew(join(folder, 'key.json'), { ...(await exportJWK(privateKey)), kid })
  await writeNew(join(folder, 'jwks.json'), { keys: [{ ...(await exportJWK(publicKey)), kid }] })
  say(`Made ${join(folder, 'key.json')}, which stays with the client, and ${join(folder, 'jwks.json')}.`)
  return 0
}

/** Never over a file that is there. */
async function writeNew(path: string, content: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
}

const answerSchema = z.union([z.object({ access_token: z.string() }), z.object({ error: z.string() })])

/** Prints the token alone, for `curl`. */
export async function fetchToken(
  clientId: string,
  keyFile: string,
  { server, scope = ['system/*.crus'] }: Pick<FhirOptions, 'server' | 'scope'>,
  say: Say,
): Promise<number> {
  const jwk = z.looseObject({ kid: z.string() }).parse(JSON.parse(await readFile(keyFile, 'utf8')))
  const audience = `${server}/fhir/auth/token`
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: algorithm, kid: jwk.kid, typ: 'JWT' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(newId())
    .setIssuedAt()
    .setExpirationTime('4m')
    .sign(await importJWK(jwk, algorithm))
  const response = await fetch(audience, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: scope.join(' '),
    }),
  })
  const answer = answerSchema.parse(await response.json())
  say('error' in answer ? answer.error : answer.access_token)
  return response.ok ? 0 : 1
}
