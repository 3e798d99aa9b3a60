// Runs the code of a CloudFront function with events and compares what comes out: `node run.mjs CODE.js CASES.json [STORE.json]`.
// STORE.json is an object, the function's key value store, or `null`: one that cannot be asked.
// A case is { id, event: { type, method, headers, response? }, expect }, its events in the shape of
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html once `full` is done.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const [code, cases, store] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const kept = JSON.parse(store ?? '{}');
const pairs = new Map(Object.entries(kept ?? {}));
const cf = { kvs: () => kept && ({ get: async (key) => {
  if (!pairs.has(key)) throw new Error('KeyNotFound');
  return pairs.get(key);
} }) };
const plain = code.replace(/^import cf from 'cloudfront';/, '');
const handler = new Function('cf', `${plain}\nreturn handler;`)(plain === code ? undefined : cf);

const bag = (headers) => Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, Array.isArray(value)
  ? { value: value.at(-1), multiValue: value.map((one) => ({ value: one })) } : { value }]));
const full = ({ type, method, headers, response }) => ({
  version: '1.0',
  context: { eventType: type },
  viewer: { ip: '198.51.100.11' },
  request: { method, uri: '/', querystring: {}, headers: bag({ host: 'd111111abcdef8.cloudfront.net', ...headers }), cookies: {} },
  ...(type === 'viewer-response' && { response: { statusCode: response.status, headers: bag(response.headers), cookies: {} } }),
});
const flat = (headers) => Object.fromEntries(Object.entries(headers).map(([name, { value, multiValue }]) =>
  [name, multiValue ? multiValue.map((one) => one.value).join(', ') : value]));
const view = (result) => 'statusCode' in result ? { status: result.statusCode, headers: flat(result.headers) }
  : { uri: result.uri, headers: flat(result.headers) };

let wrong = 0;
for (const { id, event, expect } of JSON.parse(cases)) {
  const found = view(await handler(full(event)));
  if (!isDeepStrictEqual(found, expect)) {
    wrong += 1;
    console.error(`${id}: ${JSON.stringify(event)}\n  expected ${JSON.stringify(expect)}\n  found    ${JSON.stringify(found)}`);
  }
}
process.exit(wrong === 0 ? 0 : 1);
