/** Answers that a tester has written: what one user gets from one endpoint, whatever the truth is. */

import { ArgumentError, quoted } from '../../core/errors.ts';
import { type Answer, STATUS } from './answer.ts';

type Line = {
  readonly user: number;
  readonly endpoint: string;
  /** Parameters that a request must have to be answered so. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly answer: Answer;
};

type Asked = Pick<Line, 'endpoint' | 'parameters'>;

/** Members of the form that are no parameters of requests. */
const OWN: ReadonlySet<string> = new Set(['user', 'endpoint', 'text', 'status', 'body', 'error']);

export class Script {
  #lines: readonly Line[] = [];

  /** The line written last comes first. */
  answerTo(user: number | undefined, { endpoint, parameters }: Asked): Answer | undefined {
    const line = this.#lines.find(
      (one) =>
        one.user === user &&
        one.endpoint === endpoint &&
        [...one.parameters].every(([name, value]) => parameters.get(name) === value),
    );
    return line?.answer;
  }

  /** @throws ArgumentError when the form names no endpoint, or its body is no JSON */
  set(user: number, form: URLSearchParams): object {
    const endpoint = form.get('endpoint') ?? '';
    if (endpoint === '')
      throw new ArgumentError('endpoint is missing, expected a name as in the report, such as heart get');
    const parameters = new Map([...form].filter(([name]) => !OWN.has(name)));
    const isSame = (line: Line): boolean =>
      line.user === user &&
      line.endpoint === endpoint &&
      line.parameters.size === parameters.size &&
      [...parameters].every(([name, value]) => line.parameters.get(name) === value);
    const others = this.#lines.filter((line) => !isSame(line));
    const answer = answerOf(form);
    this.#lines = answer === undefined ? others : [{ user, endpoint, parameters, answer }, ...others];
    return { scripted: this.#lines.length };
  }
}

function answerOf(form: URLSearchParams): Answer | undefined {
  const text = form.get('text');
  if (text !== null) return { status: STATUS.ok, written: [Buffer.from(text)] };
  if (!['status', 'body', 'error'].some((name) => form.has(name))) return undefined;
  const status = Number(form.get('status') ?? STATUS.ok);
  if (!Number.isInteger(status)) {
    throw new ArgumentError(`status is ${quoted(form.get('status') ?? '')}, expected a whole number`);
  }
  const error = form.get('error');
  return { status, body: objectIn(form.get('body') ?? '{}'), ...(error !== null && { error }) };
}

function objectIn(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new ArgumentError(`body is ${quoted(text)}, expected JSON`, { cause });
  }
}
