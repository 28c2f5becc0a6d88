/**
 * Prisma's own client, on its own adapter for node-postgres, with its query compiler in WebAssembly. What `prisma generate`
 * writes for a schema without models is this call and types; to generate it here would need an engine that npm does not have.
 */
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import { type GetPrismaClientConfig, getPrismaClient } from '@prisma/client/runtime/client'

/** What is used of it here, as the generated types have it. */
export interface PrismaClient {
  $transaction(work: (tx: PrismaTransaction) => Promise<void>): Promise<void>
  $disconnect(): Promise<void>
}

/** The client that work in a transaction is given. */
export interface PrismaTransaction {
  // biome-ignore lint/suspicious/noExplicitAny: as Prisma declares it
  $executeRawUnsafe(query: string, ...values: any[]): Promise<number>
}

/** Of its compiler, which is built without types. */
const part = (ending: string) =>
  createRequire(import.meta.url)(`@prisma/client/runtime/query_compiler_fast_bg.postgresql.${ending}`)

const config: GetPrismaClientConfig = {
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: '',
  activeProvider: 'postgresql',
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: 'AAAA' },
  compilerWasm: {
    getRuntime: async () => part('js'),
    async getQueryCompilerWasmModule() {
      const { wasm } = part('wasm-base64.js') as { wasm: string }
      // Node has it, and leaves its types to browsers.
      const { Module } = Reflect.get(globalThis, 'WebAssembly')
      return new Module(Buffer.from(wasm, 'base64'))
    },
    importName: './query_compiler_fast_bg.js',
  },
}

/** Connects at the first query. */
export function openPrisma(connectionString: string): PrismaClient {
  const Client = getPrismaClient(config) as unknown as new (options: object) => PrismaClient
  return new Client({ adapter: new PrismaPg({ connectionString }) })
}
