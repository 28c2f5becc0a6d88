import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../elements/button.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { TextField } from '../elements/field.tsx'
import { Brand } from '../shell/brand.tsx'
import { useSignIn } from './session.ts'

/** The operator's way in: an API key. */
export function SignIn() {
  const [token, setToken] = useState('')
  const signIn = useSignIn()
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 p-4">
      <Brand />
      <form
        className="flex w-full max-w-sm flex-col gap-4 rounded-lg border border-line bg-surface p-6"
        onSubmit={(event) => {
          event.preventDefault()
          signIn.mutate(token.trim())
        }}
      >
        <h1 className="text-base font-semibold">Sign in</h1>
        <TextField
          label="API key"
          name="token"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
          value={token}
          onChange={(event) => setToken(event.target.value)}
          hint="The admin key was printed when Ringback first started. Any other key shows what its scopes allow."
        />
        {signIn.error && <ErrorState error={signIn.error} />}
        <Button kind="primary" type="submit" busy={signIn.isPending}>
          <KeyRound size={14} aria-hidden />
          Sign in
        </Button>
      </form>
    </main>
  )
}
