/** JSON texts to be spoilt: each shape that the scanner has a way of its own for, and random ones. */

import type { Random } from '../../src/simulator/random.ts';

const seconds = numbers(40, (i) => 1_656_329_019 + Math.floor(i / 25));
const frame = {
  acc_x: numbers(30, (i) => ((i * 7919) % 2400) - 1200),
  id: numbers(30, (i) => 124_525 + i),
  agc_red_adc_range: numbers(40, () => 3),
  timestamp: seconds,
};

/** Long enough for the loops of the kernels, which look some 100 bytes ahead; the spaces keep the end out of sight. */
const BEHIND = ' '.repeat(100);

export const DOCUMENTS: readonly string[] = [
  JSON.stringify({ status: 0, body: { rawdata: [{ data: frame, hash_deviceid: '00d2', type: 1 }], more: false } }),
  JSON.stringify({ body: { rawdata: [{ data: JSON.stringify(frame), format_version: 1 }, { data: '' }] } }),
  JSON.stringify({ data: JSON.stringify({ 'é\n"\\😀\ud800': [null, 1e300], b: '\u2028/' }), signal: '[1,-2,3.5]' }),
  '{"data":"{\\u0022a\\u0022:[1,\\n 2,\\t-3],\\"\\u00e9\\ud83d\\ude00\\udead\\":\\"\\\\u0041\\"} ","signal":"[1,2]\\u00a0"}',
  '{"data":"[t\\u0072ue,nul\\u006c,-\\u0031.5,[\\u0032\\u0033,4]]"}',
  `{"signal":"${numbers(60, (i) => ((i * 7919) % 2400) - 1200).join(',')}","data":"${' '.repeat(60)}[1,2,-3]"}${BEHIND}`,
  `{"signal":[${numbers(60, (i) => ((i * 7919) % 2400) - 1200).join(',')}]}${BEHIND}`,
  `[${numbers(60, (i) => (i * 89) % 256).join(', ')}]${BEHIND}`,
  `[${numbers(40, (i) => 99_980 + i).join(',')}]${BEHIND}`,
  `[${numbers(40, (i) => (i % 3 === 0 ? -1 : 1) * Math.floor(10 ** (((i * 0.618) % 1) * 10))).join(',')}]${BEHIND}`,
  `[${numbers(20, () => 2_147_483_647).join(' ,')},\n${numbers(20, () => -2_147_483_648).join(',\n  ')}]`,
  `[${seconds.join(',')},28188,28188,28188,1.5,${numbers(30, () => 28_188).join(',')}]${BEHIND}`,
  '[0,-0,0.0,1e2,-1E+2,1e-2,2147483648,-2147483649,1e999,12345678901234567890,0.1e1, 7 ]',
  '{"a":[[],{},[[1],[2,"x",null]]],"":{"__proto__":true,"a":false},"a":"again","t":[1,true]}',
  '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00E9\\ud83d\\ude00\\ud800 é😀\u2028\ufeff and a text that goes on for more than 64 bytes"',
];

/** Good or bad, of all that a document may hold. */
export function randomDocument(random: Random): string {
  const text = randomValue(random, 4);
  return random.uniform() < 0.1 ? `${pick(random, SPACES)}${text}${pick(random, SPACES)}` : text;
}

const SPACES = ['', ' ', '\n', '\r\n  ', '\t'];
const COMMAS = [',', ',', ',', ', ', ' ,', ',\n', ',  '];
const KEYS = ['data', 'signal', 'id', '__proto__', 'constructor', '', 'é', 'a"b', 'ppg_green'];
const LITERALS = ['true', 'false', 'null', 'nul', '', 'NaN', 'undefined'];
const NUMBERS = [
  '-0',
  '0.0',
  '1e2',
  '2147483648',
  '-2147483649',
  '1e999',
  '01',
  '-',
  '1.',
  '.5',
  '+1',
  '1e',
  '-01',
  '0x1',
];
const TEXTS = [
  '"\\ud800"',
  '"\\u00e9\\/"',
  '"\\x"',
  '"\\u12g4"',
  '"\u2028"',
  '"\\',
  '"a\nb"',
  '"\ufeff"',
  '"\\"',
  '"é😀"',
  '""',
];

function randomValue(random: Random, depth: number): string {
  const shape = random.integer(0, depth > 0 ? 9 : 5);
  if (shape < 3) return randomNumbers(random);
  if (shape === 3) return randomNumber(random);
  if (shape === 4) return pick(random, TEXTS);
  if (shape === 5) return random.uniform() < 0.9 ? 'null' : pick(random, LITERALS);
  const values = Array.from({ length: random.integer(0, 4) }, () => randomValue(random, depth - 1));
  if (shape === 6) return `[${values.join(pick(random, COMMAS))}]`;
  const members = values.map((value) => {
    const kind = random.uniform();
    const inText = kind < 0.1 ? JSON.stringify(value.slice(1, -1)) : kind < 0.4 ? JSON.stringify(value) : value;
    return `${JSON.stringify(pick(random, KEYS))}:${pick(random, SPACES)}${inText}`;
  });
  return `{${members.join(pick(random, COMMAS))}}`;
}

/** As signals are: alike for long, now and then with something else among them. */
function randomNumbers(random: Random): string {
  const count = pick(random, [0, 1, 2, 5, 40, 130, 400]);
  const digits = random.integer(1, 10);
  const low = random.uniform() < 0.5 ? 0 : -(10 ** digits);
  const first = random.integer(0, 10 ** Math.min(digits, 9));
  const each = [
    () => first,
    (i: number) => first + i,
    (i: number) => first + Math.floor(i / 25),
    () => random.integer(low, 10 ** digits),
  ];
  const texts = numbers(count, pick(random, each)).map(String);
  if (random.uniform() < 0.2)
    texts.splice(random.integer(0, texts.length), 0, pick(random, [...NUMBERS, ...TEXTS, ...LITERALS]));
  return `[${texts.join(pick(random, COMMAS))}]`;
}

function randomNumber(random: Random): string {
  return random.uniform() < 0.8 ? String(random.normal() * 10 ** random.integer(-3, 9)) : pick(random, NUMBERS);
}

function numbers(count: number, each: (i: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => each(i));
}

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(0, values.length - 1)] as T;
}
