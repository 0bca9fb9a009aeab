export type Output = { write(text: string): void }
