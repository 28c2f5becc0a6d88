import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { packageFolder } from '../../src/package.ts'

const fromRoot = (path: string) => fileURLToPath(new URL(path, packageFolder))

/** Compiles as the project does, but for what is told; nothing is written. */
function errorsOf(files: string[], changes: ts.CompilerOptions = {}): string[] {
  const { config } = ts.readConfigFile(fromRoot('tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, fromRoot('.'))
  const program = ts.createProgram(files.map(fromRoot), {
    ...options,
    noEmit: true,
    composite: false,
    incremental: false,
    allowImportingTsExtensions: true,
    ...changes,
  })
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}

it('a wrong event name, wrong data and a missing field do not compile; what is right does', () => {
  expect(errorsOf(['test/client/types/typed-events.ts', 'test/client/types/received-events.ts'])).toEqual([])
}, 60_000)

it('the client compiles where only the web is known, and nothing of Node', () => {
  const web = { lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [] }
  expect(errorsOf(['src/client/index.ts'], web)).toEqual([])
}, 60_000)

it('so does what receivers need', () => {
  // Of the library's own types, Node's buffers are a part.
  const web = { lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [] }
  expect(errorsOf(['src/verify/index.ts'], web).filter((error) => !error.includes("'Buffer'"))).toEqual([])
}, 60_000)
