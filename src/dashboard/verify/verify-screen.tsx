import { Screen } from '../elements/screen.tsx'
import { SignatureDebugger } from './signature-debugger.tsx'
import { Snippets } from './snippets.tsx'

/** How a receiver tells that a callback is genuine, and what is wrong when it does not. */
export function VerifyScreen() {
  return (
    <Screen
      title="Verify signatures"
      lead="Each callback is signed as Standard Webhooks says. Here is how to verify one, and why one does not verify."
    >
      <SignatureDebugger />
      <Snippets />
    </Screen>
  )
}
