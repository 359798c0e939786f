/** A call as it goes over the wire: parameters as text, in order, and the key that tells identical requests. */

import { createHash } from 'node:crypto';
import { ArgumentError } from '../../core/errors.ts';
import { ENDPOINTS, type EndpointName, type EndpointSpec, type ParameterValue } from '../endpoints/spec.ts';

export type ApiRequest = {
  readonly endpoint: EndpointName;
  readonly spec: EndpointSpec;
  /** What the caller gave, sorted by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The same without secrets. */
  readonly told: Readonly<Record<string, string>>;
  /** Values of the secrets among the parameters. */
  readonly secrets: readonly string[];
  /** Hash of endpoint, user and parameters: what the server takes for the same request, whatever proves it. */
  readonly key: string;
};

/** @throws ArgumentError when a parameter is missing, unknown, or not a finite number */
export function describeRequest(
  endpoint: EndpointName,
  parameters: Readonly<Record<string, ParameterValue | undefined>>,
  user: string,
): ApiRequest {
  const spec: EndpointSpec = ENDPOINTS[endpoint];
  const entries: [string, string][] = [];
  for (const name of Object.keys(parameters).sort()) {
    if (!spec.required.includes(name) && !spec.optional.includes(name)) {
      throw new ArgumentError(`${endpoint}: got parameter ${JSON.stringify(name)}, expected ${namesOf(spec)}`);
    }
    const text = textOf(parameters[name], `${endpoint}: ${name}`);
    if (text !== null) entries.push([name, text]);
  }
  for (const name of spec.required) {
    if (!entries.some(([given]) => given === name)) {
      throw new ArgumentError(`${endpoint}: got no ${name}, expected ${namesOf(spec)}`);
    }
  }
  const isSecret = ([name]: [string, string]): boolean => spec.secrets.includes(name);
  return {
    endpoint,
    spec,
    parameters: Object.fromEntries(entries),
    told: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secrets: entries.filter(isSecret).map(([, value]) => value),
    key: createHash('sha256')
      .update(JSON.stringify([endpoint, user, entries]))
      .digest('hex')
      .slice(0, 32),
  };
}

/** `null`: not sent. Of `false` the servers' reading is not known: it is what they assume when nothing is said. */
function textOf(value: ParameterValue | undefined, where: string): string | null {
  if (value === undefined || value === null || value === false) return null;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new ArgumentError(`${where}: got ${value}, expected a whole number`);
  }
  return String(value);
}

function namesOf({ required, optional }: EndpointSpec): string {
  return [...required, ...optional.map((name) => `${name} (optional)`)].join(', ') || 'none';
}
