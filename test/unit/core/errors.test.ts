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
