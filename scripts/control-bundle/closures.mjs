/**
 * Classes of which there are a few objects as functions that make them: what was private is a variable, which takes no
 * `this.` in front, and others cannot reach it either. Of a class with many objects each would have functions of its own.
 */
import ts from 'typescript';
import { edited, parsed, walk } from './edits.mjs';

/** No name of the sources. */
const SELF = 'self_of_closure';
const SUPER = 'super_of_closure_';

/**
 * @param {string} text a script, whole
 * @param {(className: string) => boolean} isFew whether there are few objects of a class
 * @param {(name: string) => boolean} isRenamed whether a member was private, and has a name that no other one has
 */
export function closures(text, isFew, isRenamed) {
  const source = parsed(text);
  const wasPrivate = (name) => name !== undefined && (name.startsWith('#') || isRenamed(name));
  const uses = classUses(source);
  const all = new Map(classes(source));
  const isCandidate = (name) => all.has(name) && isFew(name) && isPlain(all.get(name), wasPrivate);
  const canBe = (name) => {
    if (!isCandidate(name)) return false;
    const base = baseOf(all.get(name));
    return (
      (base === undefined || canBe(base)) &&
      uses.get(name)?.every((use) => isMaking(use) || isExtending(use, isCandidate))
    );
  };
  const names = new Set([...all.keys()].filter(canBe));
  const edits = [...names].map((name) => {
    const node = all.get(name);
    const made = asFunction(node, wasPrivate, text);
    return [node.getStart(), node.getEnd(), ts.isClassDeclaration(node) ? `const ${name} = ${made};` : made];
  });
  return withoutNew(edited(text, edits), names);
}

function isMaking(use) {
  return ts.isNewExpression(use.parent) && use.parent.expression === use;
}

function isExtending({ parent }, isCandidate) {
  if (!ts.isExpressionWithTypeArguments(parent)) return false;
  const extending = parent.parent.parent;
  return isCandidate((extending.name ?? extending.parent.name)?.text ?? '');
}

function baseOf({ heritageClauses }) {
  return heritageClauses?.[0].types[0].expression.getText();
}

/** Classes at the top level by the names under which they are used. */
function classes(source) {
  return source.statements.flatMap((statement) => {
    if (ts.isClassDeclaration(statement)) return [[statement.name.text, statement]];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
      const isClass = initializer !== undefined && ts.isClassExpression(initializer) && initializer.name === undefined;
      return isClass ? [[name.text, initializer]] : [];
    });
  });
}

/** Every use of a name as a value. */
function classUses(source) {
  const uses = new Map();
  walk(source, (node) => {
    if (!ts.isIdentifier(node) || node.parent.name === node) return;
    uses.set(node.text, [...(uses.get(node.text) ?? []), node]);
  });
  return uses;
}

/** True if it has nothing but fields, methods and getters of its objects, and names what was private as `this.name`. */
function isPlain(node, wasPrivate) {
  const isKnown = node.members.every((member) => {
    if (ts.isConstructorDeclaration(member)) return !hasReturn(member.body);
    const isStatic = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
    if (isStatic || member.asteriskToken !== undefined) return false;
    if (ts.isSetAccessor(member)) return false;
    if (ts.isGetAccessor(member) && baseOf(node) !== undefined) return wasPrivate(member.name.text);
    return ts.isMethodDeclaration(member) || ts.isPropertyDeclaration(member) || ts.isGetAccessor(member);
  });
  const own = new Set(
    node.members.map(({ name }) => name?.text).filter((name) => name !== undefined && wasPrivate(name)),
  );
  let isOnThis = true;
  walk(node.getSourceFile(), (place) => {
    if (!ts.isPropertyAccessExpression(place) || !own.has(place.name.text)) return;
    // Other classes may have a `#name`, too.
    const isElsewhere = place.pos < node.pos || place.end > node.end;
    if (isElsewhere && ts.isPrivateIdentifier(place.name)) return;
    isOnThis &&= place.expression.kind === ts.SyntaxKind.ThisKeyword && place.questionDotToken === undefined;
  });
  return isKnown && isOnThis;
}

function hasReturn(body) {
  let found = false;
  walk(body, (node) => {
    if (ts.isReturnStatement(node)) found = true;
    return !ts.isFunctionLike(node);
  });
  return found;
}

const variable = (name) => `${name.replace('#', 'private_')}_variable`;

/** What the class that is extended gets, as it stands in the constructor. */
function argumentsOfSuper(body) {
  let given = '';
  walk(body, (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      given = node.arguments.map((argument) => argument.getText()).join(', ');
    }
  });
  return given;
}

function asFunction(node, wasPrivate, text) {
  /** Methods of the class that is extended which are called as such. */
  const inherited = new Set();
  const getters = new Set(
    node.members
      .filter((member) => ts.isGetAccessor(member) && wasPrivate(member.name.text))
      .map(({ name }) => name.text),
  );
  const rewritten = (part) => {
    const edits = [];
    const look = (place) => {
      if (place.kind === ts.SyntaxKind.SuperKeyword) {
        if (ts.isPropertyAccessExpression(place.parent)) {
          const { name } = place.parent;
          inherited.add(name.text);
          edits.push([place.getStart(), name.getStart(), SUPER]);
        } else {
          edits.push([place.parent.getStart(), place.parent.getEnd(), '0']);
        }
        return;
      }
      if (place.kind === ts.SyntaxKind.ThisKeyword) {
        const { parent } = place;
        const isOwn =
          ts.isPropertyAccessExpression(parent) && parent.expression === place && wasPrivate(parent.name.text);
        if (isOwn)
          edits.push([
            parent.getStart(),
            parent.getEnd(),
            variable(parent.name.text) + (getters.has(parent.name.text) ? '()' : ''),
          ]);
        else edits.push([place.getStart(), place.getEnd(), SELF]);
        return;
      }
      if (!ts.isClassLike(place) && (ts.isArrowFunction(place) || !ts.isFunctionLike(place)))
        ts.forEachChild(place, look);
    };
    look(part);
    const from = part.getStart();
    return edited(
      text.slice(from, part.getEnd()),
      edits.map(([start, end, put]) => [start - from, end - from, put]),
    );
  };
  const fields = [];
  const functions = [];
  const members = [];
  const base = baseOf(node);
  let baseArguments = '';
  let begin = '';
  let parameters = '';
  for (const member of node.members) {
    const list = member.parameters?.map((parameter) => parameter.getText()).join(', ');
    if (ts.isConstructorDeclaration(member)) {
      parameters = list;
      baseArguments = argumentsOfSuper(member.body);
      begin = member.body.statements.map(rewritten).join('\n');
      continue;
    }
    const { name, initializer, body } = member;
    const isAsync = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
    const wasOwn = wasPrivate(name.text);
    const value = initializer === undefined ? undefined : rewritten(initializer);
    if (ts.isPropertyDeclaration(member)) {
      if (wasOwn) fields.push(`let ${variable(name.text)}${value === undefined ? '' : ` = ${value}`};`);
      else members.push(`${name.getText()}: ${value ?? 'void 0'}`);
    } else if (wasOwn) {
      functions.push(`const ${variable(name.text)} = ${isAsync ? 'async ' : ''}(${list}) => ${rewritten(body)};`);
    } else {
      const kind = ts.isGetAccessor(member) ? 'get ' : isAsync ? 'async ' : '';
      members.push(`${kind}${name.getText()}(${list}) ${rewritten(body)}`);
    }
  }
  const object = `{ ${members.join(',\n')} }`;
  const kept = [...inherited].map((name) => `const ${SUPER}${name} = ${SELF}.${name};`);
  const ofBase = `const ${SELF} = ${base}(${baseArguments});\n${kept.join('\n')}\nObject.assign(${SELF}, ${object});`;
  return `(${parameters}) => {
${fields.join('\n')}
${functions.join('\n')}
${base === undefined ? `const ${SELF} = ${object};` : ofBase}
${begin}
return ${SELF};
}`;
}

function withoutNew(text, names) {
  const edits = [];
  walk(parsed(text), (node) => {
    if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression) || !names.has(node.expression.text)) return;
    edits.push([node.getStart(), node.expression.getStart(), '']);
  });
  return edited(text, edits);
}
