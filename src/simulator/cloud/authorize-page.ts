/**
 * The page on which a user lets an application read data, and where it sends the browser afterwards.
 *
 * Source: Withings OpenAPI text, "Authorization URL": `response_type`, `client_id`, `state`, `scope`, `redirect_uri`, and `mode=demo`.
 */

import type { Cloud } from './endpoint.ts';
import { DEMO_USER, parseScopes } from './oauth.ts';

export type Page = { readonly http: number; readonly html: string } | { readonly location: string };

/** People that the form offers; a script may name any. */
const OFFERED = 100;

/** `parameters` of the address, or of the form that was sent back. */
export function authorizePage(parameters: URLSearchParams, cloud: Cloud): Page {
  const consent = readConsent(parameters, cloud);
  if (typeof consent === 'string') return refusal(consent);
  const { redirectUri, state, scopes } = consent;
  if (parameters.get('decision') === 'deny') return back(redirectUri, { error: 'access_denied', state });
  const chosen = parameters.get('mode') === 'demo' ? String(DEMO_USER) : parameters.get('simulate_user');
  if (chosen === null) return { http: 200, html: form(parameters, cloud, scopes) };
  const user = cloud.world.find(chosen);
  if (user === undefined) return refusal('simulate_user is nobody here');
  return back(redirectUri, { code: cloud.grants.issueCode(user, scopes, redirectUri), state });
}

type Consent = { readonly redirectUri: string; readonly state: string; readonly scopes: readonly string[] };

/** Text: what is wrong. Nothing is sent to an address that is not known to be the application's. */
function readConsent(parameters: URLSearchParams, { options }: Cloud): Consent | string {
  const text = (name: string): string => parameters.get(name) ?? '';
  const scopes = parseScopes(text('scope'));
  if (text('client_id') !== options.clientId) return 'client_id is not that of a known application';
  if (!isRegistered(text('redirect_uri'), options.redirectUris)) return 'redirect_uri is not a registered callback URL';
  if (text('response_type') !== 'code') return 'response_type is not code';
  if (text('state') === '') return 'state is missing';
  if (scopes === undefined) return 'scope is not a comma-separated list of known scopes';
  return { redirectUri: text('redirect_uri'), state: text('state'), scopes };
}

function isRegistered(redirectUri: string, registered: readonly string[]): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname, username } = new URL(redirectUri);
  return registered.some((known) => {
    const { protocol: p, hostname: h } = new URL(known);
    const loopback = h === '127.0.0.1' || h === 'localhost' || h === '[::1]';
    return redirectUri === known || (loopback && protocol === p && hostname === h && username === '');
  });
}

function back(redirectUri: string, answer: Readonly<Record<string, string>>): Page {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return { location: url.href };
}

function refusal(reason: string): Page {
  return { http: 400, html: page(`<p>The application asked in a wrong way: ${escapeHtml(reason)}.</p>`) };
}

function form(parameters: URLSearchParams, { options, world }: Cloud, scopes: readonly string[]): string {
  const people = Array.from({ length: Math.min(options.users, OFFERED) }, (_, number) => world.person(number));
  const choices = people.map(({ number, userId, timezone }) => `<option value="${number}">user ${userId}, ${timezone}`);
  const kept = ['response_type', 'client_id', 'state', 'scope', 'redirect_uri'].map(
    (name) => `<input type="hidden" name="${name}" value="${escapeHtml(parameters.get(name) ?? '')}">`,
  );
  return page(
    [
      `<p><b>${escapeHtml(options.clientId)}</b> asks for ${escapeHtml(scopes.join(', '))}.</p>`,
      '<form method="post" action="/oauth2_user/authorize2">',
      ...kept,
      `<p><label>Allow as <select name="simulate_user">${choices.join('')}</select></label></p>`,
      '<button name="decision" value="allow">Allow this app</button>',
      '<button name="decision" value="deny">Deny</button>',
      '</form>',
    ].join('\n'),
  );
}

function page(body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Simulated Withings account</title></head>
<body><h1>Simulated Withings account</h1>
${body}
<p>Nobody here exists; nothing is sent to Withings.</p></body></html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
