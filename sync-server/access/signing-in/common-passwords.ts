let loading: Promise<ReadonlySet<string>> | undefined

/** Some fifty thousand passwords that people choose most, in lower case; read when a password is first set. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= load()
  return loading
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'])
}
