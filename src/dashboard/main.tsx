/** The page: how it looks, who is signed in, and the screen that the address names. */
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueries } from './api/queries.ts'
import { Toasts } from './elements/toasts.tsx'
import { createAppRouter } from './routes.tsx'
import { SESSION_KEY } from './session/session.ts'
import { SessionGate } from './session/session-gate.tsx'
import { applyTheme } from './theme.ts'
import './styles.css'

applyTheme()
const queries = createQueries(() => queries.setQueryData(SESSION_KEY, null))
const router = createAppRouter()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <SessionGate>
        <RouterProvider router={router} />
      </SessionGate>
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
)
