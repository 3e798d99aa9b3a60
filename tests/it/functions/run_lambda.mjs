// Runs the code of a Lambda@Edge with events of `origin-response` and compares what comes out: `node run_lambda.mjs INDEX.js CASES.json`.
// A case is { id, request: { method, headers }, response: { status, headers }, expect }, each header a text; an event has the shape of
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-response
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const [code, cases] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const module = { exports: {} };
new Function('module', 'exports', 'require', code)(module, module.exports, undefined);

// A list that is written in two headers is one, and names come as they were sent.
const lists = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) =>
  [name, value.split(/, /).map((one) => ({ key: name.toUpperCase(), value: one }))]));
const flat = (headers) => Object.fromEntries(Object.entries(headers).map(([name, list]) =>
  [name, list.map(({ value }) => value).join(', ')]));

let wrong = 0;
for (const { id, request, response, expect } of JSON.parse(cases)) {
  const event = { Records: [{ cf: {
    config: { distributionDomainName: 'd111111abcdef8.cloudfront.net', eventType: 'origin-response' },
    request: { clientIp: '198.51.100.11', method: request.method, uri: '/', querystring: '', headers: lists(request.headers) },
    response: { status: String(response.status), statusDescription: '', headers: lists(response.headers) },
  } }] };
  const result = await module.exports.handler(event, {});
  const found = { status: result.status, headers: flat(result.headers) };
  if (!isDeepStrictEqual(found, { ...expect, status: String(expect.status) })) {
    wrong += 1;
    console.error(`${id}: ${JSON.stringify(event)}\n  expected ${JSON.stringify(expect)}\n  found    ${JSON.stringify(found)}`);
  }
}
process.exit(wrong === 0 ? 0 : 1);
