import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { describe, expect, it, vi } from 'vitest';
import * as errors from '../../../src/core/errors.ts';

const { isApiError, isWithingsSignalsError } = errors;

const FAILURE = { endpoint: 'heart get', reason: 'server', retry: 'never', status: 500, waitSeconds: null } as const;

function ownOf({
  InputError,
  ArgumentError,
  DatasetError,
  ArchiveError,
  WorkerError,
  StateError,
  ...more
}: typeof errors) {
  const { TokenError, AbortedError, ApiError } = more;
  const plain = [
    InputError,
    ArgumentError,
    DatasetError,
    ArchiveError,
    WorkerError,
    StateError,
    TokenError,
    AbortedError,
  ];
  return [...plain.map((Class) => new Class('why')), new ApiError('why', FAILURE)];
}

describe('the guard for errors of this package', () => {
  it('knows every one of them, also of another copy', async () => {
    vi.resetModules();
    const copy: typeof errors = await import('../../../src/core/errors.ts');
    expect(copy.InputError).not.toBe(errors.InputError);
    for (const module of [errors, copy]) {
      expect(ownOf(module).map((error) => isWithingsSignalsError(error))).toEqual(
        Array.from({ length: 9 }, () => true),
      );
      expect(
        ownOf(module)
          .filter((error) => isApiError(error))
          .map(({ code }) => code),
      ).toEqual(['API']);
    }
  });

  it.each([
    ['a foreign error with one of the codes', Object.assign(new Error('why'), { code: 'INPUT' })],
    ['a foreign error with a name and a code', Object.assign(new Error('why'), { code: 'API', name: 'ApiError' })],
    ['an error of the system', Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', errno: -2 })],
    ['a plain error', new TypeError('why')],
    ['an object that looks like one', { code: 'INPUT', name: 'InputError', message: 'why' }],
    ['one that was cloned, and lost its code', structuredClone(new errors.InputError('why'))],
    ['the prototype of them', errors.InputError.prototype],
    ['one that wears the brand alone', { [Symbol.for('withings-signals.error')]: true, code: 'INPUT', message: '' }],
    ['text', 'INPUT'],
    ['null', null],
    ['nothing', undefined],
  ])('does not take %s for one', (_, error) => {
    expect([isWithingsSignalsError(error), isApiError(error)]).toEqual([false, false]);
  });
});

describe('the guard across realms', () => {
  it('knows the errors of a copy in another context, as that knows ours', async () => {
    const { context, theirs } = await inAnotherRealm();
    expect(runInContext('Error', context)).not.toBe(Error);
    const [own, other] = [ownOf(errors), ownOf(theirs)];
    expect(other.some((error) => error instanceof Error)).toBe(false);
    for (const guard of [isWithingsSignalsError, theirs.isWithingsSignalsError]) {
      for (const found of [own, other]) expect(found.map((error) => guard(error))).toEqual(found.map(() => true));
    }
    for (const guard of [isApiError, theirs.isApiError]) {
      for (const found of [own, other]) {
        expect(found.filter((error) => guard(error)).map(({ code }) => code)).toEqual(['API']);
      }
    }
  });

  it('takes no foreign error of another context for one, whatever its name and code', async () => {
    const { context, theirs } = await inAnotherRealm();
    const foreign = runInContext(
      `class InputError extends Error { code = 'INPUT'; constructor() { super('why'); this.name = 'InputError'; } }
       [new InputError(), Object.assign(new Error('why'), { name: 'ApiError', code: 'API' }), new TypeError('why'),
        { name: 'InputError', code: 'INPUT', message: 'why' }]`,
      context,
    ) as readonly unknown[];
    for (const guard of [isWithingsSignalsError, isApiError, theirs.isWithingsSignalsError, theirs.isApiError]) {
      expect(foreign.map((error) => guard(error))).toEqual([false, false, false, false]);
    }
  });
});

/** The module as a script of a context that shares nothing with this one. */
async function inAnotherRealm(): Promise<{ readonly context: object; readonly theirs: typeof errors }> {
  const input = fileURLToPath(new URL('../../../src/core/errors.ts', import.meta.url));
  const { output } = await (await rolldown({ input })).generate({ format: 'cjs' });
  const context = createContext();
  const theirs: unknown = runInContext(
    `(() => { const exports = {};\n${output[0].code}\nreturn exports; })()`,
    context,
  );
  return { context, theirs: theirs as typeof errors };
}
