import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { readTemporalAccess } from '../../../cli/temporal-access.js';

const SECRET = 'sk-0123456789';

describe('how to reach Temporal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-access-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const at = { TEMPORAL_ADDRESS: 'temporal.example:7233' };

  it('is a server of one’s own, unless an address is given', () => {
    assert.equal(readTemporalAccess({}), undefined);
    assert.equal(readTemporalAccess({ TEMPORAL_ADDRESS: '', TEMPORAL_TLS: '' }), undefined);
    assert.equal(readTemporalAccess({ TEMPORAL_NAMESPACE: 'default' }), undefined);
    const plain = readTemporalAccess(at)!;
    assert.deepEqual(
      [plain.address, plain.namespace, plain.givenBy],
      ['temporal.example:7233', 'default', 'TEMPORAL_ADDRESS'],
    );
    assert.deepEqual(plain.connectOptions, { address: 'temporal.example:7233' });
  });

  it('has the API key of a variable or of a file, uses TLS with it, and shows it to nobody', () => {
    const variable = readTemporalAccess({ ...at, TEMPORAL_API_KEY: SECRET, TEMPORAL_NAMESPACE: 'team' })!;
    const fromFile = readTemporalAccess({ ...at, TEMPORAL_API_KEY_FILE: file('key', `${SECRET}\n`) })!;
    for (const access of [variable, fromFile]) {
      assert.deepEqual([access.connectOptions.apiKey, access.connectOptions.tls], [SECRET, true]);
      for (const shown of [JSON.stringify(access), inspect(access, { showHidden: true, depth: 9 })])
        assert.ok(!shown.includes(SECRET), shown);
    }
    assert.equal(variable.namespace, 'team');
    assert.equal(
      readTemporalAccess({ ...at, TEMPORAL_API_KEY: SECRET, TEMPORAL_TLS: 'false' })!.connectOptions.tls,
      false,
    );
  });

  it('may be a profile of the file of the Temporal CLI, which is read only if it is asked for', () => {
    const config = file(
      'temporal.toml',
      `[profile.default]\naddress = "one:7233"\n[profile.work]\naddress = "two:7233"\nnamespace = "work"\napi_key = "${SECRET}"\n`,
    );
    const of = (env: Record<string, string>): unknown[] => {
      const { address, namespace, connectOptions } = readTemporalAccess({
        TEMPORAL_CONFIG_FILE: config,
        ...env,
      })!;
      return [address, namespace, connectOptions.apiKey];
    };
    assert.deepEqual(of({}), ['one:7233', 'default', undefined]);
    assert.deepEqual(of({ TEMPORAL_PROFILE: 'work' }), ['two:7233', 'work', SECRET]);
    assert.deepEqual(of({ TEMPORAL_PROFILE: 'work', ...at }), ['temporal.example:7233', 'work', SECRET]);
    // Where the CLI keeps its file.
    assert.equal(readTemporalAccess({ XDG_CONFIG_HOME: folder, HOME: folder }), undefined);
  });

  it('is refused with the variable, the cause and the next step, and without the key', () => {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const key = file('client.key', privateKey);
    const text = file('text.pem', 'no certificate\n');
    const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
      [
        { TEMPORAL_API_KEY: SECRET },
        /^TEMPORAL_API_KEY is set, but no address of a Temporal server: set TEMPORAL_ADDRESS too/,
      ],
      [{ TEMPORAL_NAMESPACE: 'team' }, /^TEMPORAL_NAMESPACE is set, but no address/],
      [{ ...at, TEMPORAL_TLS: 'yes' }, /^TEMPORAL_TLS must be true or false, not yes$/],
      [
        { ...at, TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' },
        /cannot be used: servers are always verified; unset it/,
      ],
      [
        { ...at, TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'gone.pem'), TEMPORAL_TLS_CLIENT_KEY_PATH: key },
        /^TEMPORAL_TLS_CLIENT_CERT_PATH: \S+gone\.pem: no such file; correct or unset it$/,
      ],
      [
        { ...at, TEMPORAL_TLS_CLIENT_KEY_PATH: key },
        /^TEMPORAL_TLS_CLIENT_KEY_PATH is set, but not TEMPORAL_TLS_CLIENT_CERT_PATH/,
      ],
      [
        { ...at, TEMPORAL_TLS_SERVER_CA_CERT_PATH: text },
        /^TEMPORAL_TLS_SERVER_CA_CERT_PATH cannot be used: it has no certificate/,
      ],
      [
        { ...at, TEMPORAL_TLS_CLIENT_CERT_PATH: text, TEMPORAL_TLS_CLIENT_KEY_PATH: key },
        /^TEMPORAL_TLS_CLIENT_CERT_PATH cannot be used: no start line; give PEM files/,
      ],
      [{ ...at, TEMPORAL_API_KEY: `${SECRET}\nx` }, /^TEMPORAL_API_KEY: an API key is one line/],
      [
        { ...at, TEMPORAL_API_KEY_FILE: file('empty', '\n') },
        /^TEMPORAL_API_KEY_FILE: \S+: an API key is one line/,
      ],
      [{ ...at, TEMPORAL_API_KEY: SECRET, TEMPORAL_API_KEY_FILE: key }, /are both set: unset one/],
      [
        { ...at, TEMPORAL_CONFIG_FILE: join(folder, 'gone.toml') },
        /^TEMPORAL_CONFIG_FILE: \S+gone\.toml: no such file/,
      ],
      [
        { TEMPORAL_CONFIG_FILE: file('bad.toml', `[profile.default]\napi_key = "${SECRET}" nonsense\n`) },
        /^the configuration file of Temporal, \S+bad\.toml, cannot be used: /,
      ],
      [
        { TEMPORAL_CONFIG_FILE: file('typo.toml', '[profile.default]\nadress = "one:7233"\n') },
        /cannot be used: .*unrecognized.*adress/,
      ],
    ];
    for (const [env, message] of wrong)
      assert.throws(
        () => readTemporalAccess(env),
        (error: unknown) => {
          assert.ok(error instanceof Error);
          assert.match(error.message, message);
          assert.ok(!inspect(error).includes(SECRET), inspect(error));
          return true;
        },
      );
  });
});
