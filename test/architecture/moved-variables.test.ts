import { describe, expect, it } from 'vitest';
import { movedInLoops } from './moved-variables.ts';
import { readSources } from './sources.ts';

it('no function moves a variable of the one around it beside a loop', () => {
  const sources = readSources(['src', 'workers']);
  expect(sources.size).toBeGreaterThan(200);
  const found = [...sources].flatMap(([path, text]) =>
    // Not JavaScript: what is compiled to WebAssembly.
    path.startsWith('src/kernels/assembly/') ? [] : movedInLoops(path, text),
  );
  expect(found).toEqual([]);
});

const LOOP = 'while (at < bytes.length) { skip(bytes[at++] & 3); sum += at; }';

describe('the rule finds', () => {
  it.each([
    ['a mover with a loop', 'const skip = (n: number) => { for (let i = 0; i < n; i++) at++; };', LOOP],
    ['a mover without one', 'const skip = (n: number) => { at += n; };', LOOP],
    ['a mover behind its loop', '', `${LOOP} function skip(n: number) { at += n; }`],
    ['a method', 'const on = { skip(n: number) { at += n; } }; const { skip } = on;', LOOP],
    ['a class', 'class Skipper { skip(n: number) { at += n; } }', `const { skip } = new Skipper(); ${LOOP}`],
    ['a field of a class', 'class Skipper { skip = (n: number) => { at += n; }; }', LOOP],
    ['a mover within another function', 'const skip = (n: number) => { call(() => { at += n; }); };', LOOP],
    ['a mover that takes apart', 'const skip = (n: number) => { [at, ({ sum }).sum] = [at + n, 0]; };', LOOP],
    ['a mover with a default', 'const skip = (n: number, to = (at += n)) => to;', LOOP],
    ['a mover that casts', 'const skip = (n: number) => { (at as number)! += n; };', LOOP],
    ['a mover that loops over values', 'const skip = (all: number[]) => { for (at of all); };', 'skip([1]);'],
    ['a mover with a loop, called once', 'const skip = () => { while (bytes[at] === 0) at++; };', 'skip();'],
    ['the loop of a sibling', 'const skip = () => { at++; }; const run = () => { while (at < 9) skip(); };', 'run();'],
    ['a loop around the mover', '', 'for (const byte of bytes) call(() => { at += byte; });'],
    ['a loop that only looks', 'const skip = (n: number) => { at += n; };', 'for (let i = 0; i < at; i++) skip(i);'],
    [
      'a loop with a label',
      'const skip = (n: number) => { at += n; };',
      'all: do { skip(1); break all; } while (at < 9);',
    ],
  ])('%s', (_name, before, after) => {
    const text = `export function read(bytes: Uint8Array) {\n  let sum = 0;\n  let at = 0;\n  ${before}\n  ${after}\n  return sum; }`;
    expect(movedInLoops('a.ts', text)).toEqual([expect.stringMatching(/^a\.ts:3: .+ moves at of read, beside a loop/)]);
  });

  it.each([
    ['a parameter', 'function read(at: number) { const skip = () => { at++; }; while (at < 9) { skip(); at++; } }'],
    ['the parameter of an arrow', 'const read = (at = 0) => { const skip = () => { at++; }; while (at < 9) skip(); };'],
    [
      'a variable of a generator',
      'function* read() { let at = 0; const skip = () => { at++; }; while (at < 9) yield skip(); }',
    ],
    [
      'one of an async method',
      'class A { async read() { let at = 0; const skip = () => { at++; }; for (;at < 9;) skip(); } }',
    ],
    [
      'one of a block',
      'function read() { if (on) { let at = 0; const skip = () => { at++; }; while (at < 9) skip(); } }',
    ],
    ['that of a loop', 'function read() { for (let at = 0; at < 9; at++) call(() => { at++; }); }'],
    ['that of a catch', 'function read() { try { on(); } catch (at) { while (at) call(() => { at = null; }); } }'],
    ['one of a pattern', 'function read({ from: [at = 0] }) { while (at < 9) call(() => { at++; }); }'],
  ])('%s', (_name, text) => {
    expect(movedInLoops('a.ts', text)).toHaveLength(1);
  });
});

describe('the rule passes', () => {
  it.each([
    ['a field of an object', 'const on = { at: 0 }; const skip = () => { on.at++; }; while (on.at < 9) skip();'],
    ['a private field', 'class A { #at = 0; skip() { while (this.#at < 9) this.#at++; } }'],
    [
      'a variable that the loop alone moves',
      'let at = 0; const look = () => bytes[at]; while (at < 9) { look(); at++; }',
    ],
    ['a loop before the variable', 'while (on()) look(); { let at = 0; call(() => { at++; }); return at; }'],
    ['a loop around all of it', 'for (const n of bytes) { let at = 0; call(() => { at += n; }); look(at); }'],
    ['a mover without any loop', 'let at = 0; const skip = () => { at++; }; skip(); return at;'],
    ['a loop that knows only the mover', 'let at = 0; const skip = () => { at++; }; while (on()) skip(); return at;'],
    ['a name of its own', 'let at = 0; const skip = (at: number) => { while (at < 9) at++; }; skip(at); at = 1;'],
    [
      'a property of that name',
      'let at = 0; const skip = () => { on.at = 1; at; ({ at: on.at } = on); }; while (at < 9) skip();',
    ],
    ['a type of that name', 'let at = 0; const skip = (): at => call<at>(); while (at < 9) skip();'],
    ['a label of that name', 'let at = 0; const skip = () => { at++; }; skip(); at: while (on()) break at;'],
  ])('%s', (_name, body) => {
    expect(movedInLoops('a.ts', `export function read(bytes: Uint8Array) { ${body} }`)).toEqual([]);
  });

  it('a variable of the module', () => {
    expect(movedInLoops('a.ts', 'let at = 0; function skip() { while (at < 9) at++; } while (at < 9) skip();')).toEqual(
      [],
    );
  });
});

it('what is no TypeScript is told', () => {
  expect(() => movedInLoops('a.ts', 'let = = 1')).toThrow(/^a\.ts: /);
});
