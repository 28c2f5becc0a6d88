/** How the dashboard is built: hashed files with relative addresses, so that it also works behind a path prefix. */
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

const config: UserConfig = defineConfig({
  root: here,
  // The server writes the way to the files into the page; they find each other by themselves.
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/dashboard', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Inlined files would be `data:` addresses, which the policy of the page refuses for scripts and fonts.
    assetsInlineLimit: 0,
    // Says which files belong together: test/dashboard/weight.test.ts weighs them by it.
    manifest: '.manifest.json',
    chunkSizeWarningLimit: 700,
  },
  // `npx vite src/dashboard --config src/dashboard/vite.config.ts`, beside a Ringback on its usual port.
  server: { proxy: { '/v1': 'http://127.0.0.1:4600' } },
})

export default config
