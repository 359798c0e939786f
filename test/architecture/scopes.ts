/** Who declares the variables of a source and who uses them: as much of JavaScript's scopes as the rules need. */

import { type ESTree, parseSync } from 'rolldown/utils';

type Node = ESTree.Node;

/** What code belongs to: a function, the initial value of a class's field, or the module. */
export type Owner = { readonly name: string; readonly isModule: boolean; hasLoop: boolean };

export type Use = {
  readonly by: Owner;
  readonly isWrite: boolean;
  /** Those around it, of the functions around its own, too. */
  readonly loops: readonly Node[];
};

export type Variable = {
  readonly name: string;
  readonly at: number;
  readonly owner: Owner;
  /** Block, loop, function or module it is known in. */
  readonly scope: Node;
  readonly uses: Use[];
};

type Scope = { readonly node: Node; readonly outer: Scope | null; readonly names: Map<string, Variable> };

type Place = { readonly scope: Scope; readonly owner: Owner; readonly loops: readonly Node[] };

/** @throws Error when the text is no TypeScript */
export function variablesOf(path: string, text: string): readonly Variable[] {
  const { program, errors } = parseSync(path, text, { lang: 'ts' });
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join('; ')}`);
  return new ScopeReader().read(program);
}

class ScopeReader {
  readonly #variables: Variable[] = [];
  readonly #uses: { readonly name: string; readonly scope: Scope; readonly use: Use }[] = [];

  read(program: ESTree.Program): readonly Variable[] {
    const scope = { node: program, outer: null, names: new Map<string, Variable>() };
    const owner = { name: 'the module', isModule: true, hasLoop: false };
    this.#walkAll(program.body, { scope, owner, loops: [] });
    // A name may be used before it is declared.
    for (const { name, scope: from, use } of this.#uses) {
      for (let at: Scope | null = from; at !== null; at = at.outer) {
        const variable = at.names.get(name);
        if (variable === undefined) continue;
        variable.uses.push(use);
        break;
      }
    }
    return this.#variables;
  }

  #walkAll(nodes: readonly (Node | null)[], place: Place): void {
    for (const node of nodes) this.#walk(node, place);
  }

  #walk(node: Node | null | undefined, place: Place, name = '(anonymous)'): void {
    if (node === null || node === undefined) return;
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all else is its children
    switch (node.type) {
      case 'Identifier':
        this.#use(node, place, false);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (node.type === 'FunctionDeclaration' && node.id !== null) this.#declare(node.id, place);
        this.#walkFunction(node, place, node.id?.name ?? name);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (node.type === 'ClassDeclaration' && node.id !== null) this.#declare(node.id, place);
        this.#walk(node.superClass, place);
        this.#walkAll(node.body.body, place);
        return;
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'AccessorProperty': {
        if (node.computed) this.#walk(node.key, place);
        const ofField = { ...place, owner: { name: keyName(node), isModule: false, hasLoop: false } };
        this.#walk(node.value, node.type === 'MethodDefinition' ? place : ofField, keyName(node));
        return;
      }
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          this.#declare(id, place);
          this.#walk(init, place, id.type === 'Identifier' ? id.name : name);
        }
        return;
      case 'ImportDeclaration':
        for (const { local } of node.specifiers) this.#declare(local, place);
        return;
      case 'ExportNamedDeclaration':
        this.#walk(node.declaration, place);
        return;
      case 'LabeledStatement':
        this.#walk(node.body, place);
        return;
      case 'ExportAllDeclaration':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return;
      case 'MemberExpression':
        this.#walk(node.object, place);
        if (node.computed) this.#walk(node.property, place);
        return;
      case 'Property':
        if (node.computed) this.#walk(node.key, place);
        this.#walk(node.value, place, keyName(node));
        return;
      case 'UpdateExpression':
        this.#assign(node.argument, place);
        return;
      case 'AssignmentExpression':
        this.#assign(node.left, place);
        this.#walk(node.right, place);
        return;
      case 'CatchClause': {
        const inside = within(place, node);
        if (node.param !== null) this.#declare(node.param, inside);
        this.#walkAll(node.body.body, inside);
        return;
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#walkLoop(node, place);
        return;
      default:
        // Types hold no code; of what else begins so, casts do.
        if (node.type.startsWith('TS') && !('expression' in node)) return;
        this.#walkAll(childrenOf(node), opensScope(node) ? within(place, node) : place);
    }
  }

  #walkFunction(node: ESTree.Function | ESTree.ArrowFunctionExpression, place: Place, name: string): void {
    const owner = { name, isModule: false, hasLoop: false };
    const inside = { ...within(place, node), owner };
    if (node.type === 'FunctionExpression' && node.id !== null) this.#declare(node.id, inside);
    for (const param of node.params)
      this.#declare(param.type === 'TSParameterProperty' ? param.parameter : param, inside);
    this.#walkAll(node.body?.type === 'BlockStatement' ? node.body.body : [node.body], inside);
  }

  #walkLoop(
    node:
      | ESTree.ForStatement
      | ESTree.ForInStatement
      | ESTree.ForOfStatement
      | ESTree.WhileStatement
      | ESTree.DoWhileStatement,
    place: Place,
  ): void {
    place.owner.hasLoop = true;
    const once = within(place, node);
    const often = { ...once, loops: [...place.loops, node] };
    if (node.type === 'ForStatement') {
      this.#walk(node.init, once);
      this.#walkAll([node.test, node.update, node.body], often);
    } else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      if (node.left.type === 'VariableDeclaration') this.#walk(node.left, often);
      else this.#assign(node.left, often);
      this.#walk(node.right, once);
      this.#walk(node.body, often);
    } else this.#walkAll([node.test, node.body], often);
  }

  /** Every name of a pattern; its defaults are walked. */
  #declare(pattern: Node, place: Place): void {
    this.#eachTarget(pattern, place, (target) => {
      if (target.type !== 'Identifier') return;
      const { name, start: at } = target;
      const variable = { name, at, owner: place.owner, scope: place.scope.node, uses: [] };
      place.scope.names.set(name, variable);
      this.#variables.push(variable);
    });
  }

  #assign(pattern: Node, place: Place): void {
    this.#eachTarget(pattern, place, (target) => {
      if (target.type === 'Identifier') this.#use(target, place, true);
      else this.#walk(target, place);
    });
  }

  #eachTarget(pattern: Node, place: Place, take: (target: Node) => void): void {
    if (pattern.type === 'ObjectPattern') {
      for (const property of pattern.properties) {
        if (property.type === 'Property' && property.computed) this.#walk(property.key, place);
        this.#eachTarget(property.type === 'Property' ? property.value : property.argument, place, take);
      }
    } else if (pattern.type === 'ArrayPattern') {
      for (const element of pattern.elements) if (element !== null) this.#eachTarget(element, place, take);
    } else if (pattern.type === 'AssignmentPattern') {
      this.#eachTarget(pattern.left, place, take);
      this.#walk(pattern.right, place);
    } else if (pattern.type === 'RestElement') this.#eachTarget(pattern.argument, place, take);
    else if (isWrapped(pattern)) this.#eachTarget(pattern.expression, place, take);
    else take(pattern);
  }

  #use({ name }: { readonly name: string }, { scope, owner, loops }: Place, isWrite: boolean): void {
    this.#uses.push({ name, scope, use: { by: owner, isWrite, loops } });
  }
}

function within(place: Place, node: Node): Place {
  return { ...place, scope: { node, outer: place.scope, names: new Map() } };
}

function opensScope({ type }: Node): boolean {
  return type === 'BlockStatement' || type === 'SwitchStatement' || type === 'StaticBlock';
}

type Wrapped = ESTree.TSAsExpression | ESTree.TSNonNullExpression | ESTree.ParenthesizedExpression;

/** Casts and brackets. */
function isWrapped(node: Node): node is Wrapped {
  return ['TSAsExpression', 'TSNonNullExpression', 'ParenthesizedExpression'].includes(node.type);
}

function keyName({ key }: { readonly key: Node }): string {
  return 'name' in key && typeof key.name === 'string' ? key.name : '(computed)';
}

/** Fields that hold types alone. */
const TYPES = new Set(['typeAnnotation', 'typeArguments', 'typeParameters', 'returnType']);

function childrenOf(node: Node): readonly Node[] {
  return Object.entries(node).flatMap(([field, value]) => (TYPES.has(field) ? [] : [value].flat().filter(isNode)));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
