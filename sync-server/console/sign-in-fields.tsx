import { TextInput } from '@mantine/core'

type FieldProps = { readonly value: string; readonly onChange: (value: string) => void }

export function LoginInput({ value, onChange }: FieldProps) {
  return (
    <TextInput
      label="Login"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="username"
      required
      data-autofocus
    />
  )
}

export function CodeInput({ value, onChange }: FieldProps) {
  return (
    <TextInput
      label="Code"
      description="Six digits, from your authenticator."
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.replaceAll(/\D/g, ''))}
      inputMode="numeric"
      maxLength={6}
      autoComplete="one-time-code"
    />
  )
}
