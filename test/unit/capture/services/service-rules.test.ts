import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { ConfinedFiles } from '../../../../activities/confined-files.js';
import { toFailure } from '../../../../activities/failures.js';
import { storeServiceRules } from '../../../../activities/planning/service-rules.js';
import type { ServiceRule } from '../../../../schemas/services.js';

/** The rules that a run gets with this user file; null: without a user file. */
async function rulesWith(content: unknown): Promise<ServiceRule[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-rules-'));
  try {
    const path = join(folder, 'own.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    const { path: stored } = await storeServiceRules(
      folder,
      content === null ? null : path,
      new ConfinedFiles(folder, []),
    );
    return JSON.parse(readFileSync(stored, 'utf8')) as ServiceRule[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const SHIPPED = ['netflix', 'youtube', 'twitch', 'prime-video', 'disney-plus'];
const namesOf = (rules: readonly ServiceRule[]) => rules.map(({ service }) => service);

it('ships five services, each with its source', async () => {
  const rules = await rulesWith(null);
  assert.deepEqual(namesOf(rules), SHIPPED);
  assert.ok(rules.every(({ source = '' }) => source.length > 20));
});

it("puts a user's rules before the shipped ones, or replaces them", async () => {
  const own = [
    { service: 'arte', domains: ['arte.tv'] },
    { service: 'twitch', domains: ['live-video.net'] },
    { service: 'youtube', domains: ['googlevideo.com'], replace: true },
  ];
  const rules = await rulesWith({ services: own });
  assert.deepEqual(namesOf(rules), [
    'arte',
    'twitch',
    'youtube',
    'netflix',
    'twitch',
    'prime-video',
    'disney-plus',
  ]);
});

const REFUSED: readonly (readonly [title: string, content: unknown, message: RegExp])[] = [
  ['not JSON', '{', /own\.json is not valid JSON/],
  ['an unknown key', { services: [{ service: 'a', domain: ['x.example'] }] }, /"domain"[^]*services\[0\]/],
  [
    'a rule without names, patterns or prefixes',
    { services: [{ service: 'a' }] },
    /must have domains, patterns or prefixes/,
  ],
  ['a name with a final dot', { services: [{ service: 'a', domains: ['x.example.'] }] }, /domains\[0\]/],
  ['a bad prefix', { services: [{ service: 'a', prefixes: ['192.0.2.0/33'] }] }, /prefixes\[0\]/],
  ['a service twice', { services: [0, 1].map(() => ({ service: 'a', domains: ['x.example'] })) }, /once/],
  [
    'a pattern that RE2 lacks',
    { services: [{ service: 'a', patterns: ['(?=x)'] }] },
    /services\[0\]\.patterns/,
  ],
];

for (const [title, content, message] of REFUSED) {
  it(`refuses ${title}, naming file and key, and is not retried`, async () => {
    await assert.rejects(rulesWith(content), (error: Error) => {
      assert.match(error.message, /own\.json/);
      assert.match(error.message, message);
      const failure = toFailure(error);
      assert.ok(typeof failure === 'object' && failure !== null && 'nonRetryable' in failure);
      assert.equal(failure.nonRetryable, true);
      return true;
    });
  });
}

it('names a missing file', async () => {
  await assert.rejects(
    storeServiceRules(tmpdir(), '/no/such/rules.json', new ConfinedFiles(tmpdir(), ['/no'])),
    /\/no\/such\/rules\.json: no such file/,
  );
});
