/** Finds `new URL('./kernels.ts', import.meta.url)` in a program: how programs name their kernel modules. */
import ts from 'typescript';

/** One such expression: where it stands in the text, and what it names. */
export interface ModuleUrl {
  readonly start: number;
  readonly end: number;
  /** As it is written: `./kernels.ts`. */
  readonly specifier: string;
}

/** All of them, in the order of the text. `fileName` tells TypeScript from JavaScript, with JSX and without. */
export function findModuleUrls(text: string, fileName: string): ModuleUrl[] {
  const found: ModuleUrl[] = [];
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push({ start: node.getStart(source), end: node.getEnd(), specifier });
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== 'URL')
    return undefined;
  const [specifier, base] = node.arguments ?? [];
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return undefined;
  const isModuleUrl =
    base !== undefined &&
    ts.isPropertyAccessExpression(base) &&
    base.name.text === 'url' &&
    ts.isMetaProperty(base.expression) &&
    base.expression.keywordToken === ts.SyntaxKind.ImportKeyword;
  return isModuleUrl ? specifier.text : undefined;
}
