/** Reads the sources: which files there are, and what each imports. */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { packageFolder } from '../../src/package.ts'
import type { Import } from './plan.ts'

/** A source file, named from the root of the repository. */
export interface Source {
  file: string
  text: string
}

/** All TypeScript under these folders. */
export function readSources(...folders: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(folder, packageFolder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .map((file) => ({ file, text: readFileSync(new URL(file, packageFolder), 'utf8') })),
  )
}

/** What a file imports from other files of ours: static, dynamic, re-exported, and in types. */
export function importsOf({ file, text }: Source): Import[] {
  const imports: Import[] = []

  function add(specifier: ts.Node | undefined, typeOnly: boolean) {
    if (!specifier || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return
    imports.push({ from: file, to: posix.join(posix.dirname(file), specifier.text), typeOnly })
  }

  function visit(node: ts.Node) {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause))
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    ts.forEachChild(node, visit)
  }

  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return imports
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const { name, namedBindings } = clause
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((e) => e.isTypeOnly)
  )
}
