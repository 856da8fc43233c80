import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { groupCount, knownText, oneFolder } from '../../../../bench/accuracy/data-folders.js';
import { fingerprint, folderName } from '../../../../bench/accuracy/fingerprint.js';

describe('folders of the accuracy bench', () => {
  let folder = '';
  const write = (name: string, rows: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(
      join(folder, name, 'sessions.csv'),
      `session_id,capture,site,video_id,resolution,player_log\n${rows}`,
    );
    return join(folder, name);
  };
  let one = '';
  let two = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-folders-'));
    one = write('one', 's,s.pcap,A,x,480,\nt,t.pcap,B,y,720,\n');
    two = write('two', 's,s.pcap,A,z,240,\nu,u.pcap,A,x,,u.csv\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are joined by a sessions file with absolute paths; equal ids get the name of their folder', () => {
    const made = join(folder, 'made');
    assert.equal(oneFolder([one], made), one);
    assert.equal(oneFolder([one, two], made), made);
    assert.equal(
      readFileSync(join(made, 'sessions.csv'), 'utf8'),
      [
        'session_id,capture,site,video_id,home_id,resolution,player_log',
        `one-s,${one}/s.pcap,A,x,,480,`,
        `t,${one}/t.pcap,B,y,,720,`,
        `two-s,${two}/s.pcap,A,z,,240,`,
        `u,${two}/u.pcap,A,x,,,${two}/u.csv`,
        '',
      ].join('\n'),
    );
    writeFileSync(join(one, 'simulation.json'), '{}');
    assert.throws(() => oneFolder([one, two], made), /one contains simulated or spliced captures/);
    rmSync(join(one, 'simulation.json'));
  });

  it('say which videos and sites were trained on', () => {
    assert.equal(groupCount(one, 'video'), 2);
    assert.equal(groupCount(two, 'site'), 1);
    assert.equal(knownText(two, one), '1 of 2 videos and 1 of 1 sites known');
    assert.equal(knownText(write('bare', 'v,v.pcap,,,240,\n'), one), 'videos and sites not named');
  });

  it('have another fingerprint with other sessions or arguments', () => {
    const args = { data: [one], trials: null, seed: 1 };
    const first = fingerprint(args);
    assert.match(first, /^[0-9a-f]{8}$/);
    assert.equal(fingerprint(args), first);
    assert.notEqual(fingerprint({ ...args, trials: 2 }), first);
    const name = folderName(one);
    assert.match(name, /^one-[0-9a-f]{8}$/);
    write('one', 's,s.pcap,A,x,480,\n');
    assert.notEqual(fingerprint(args), first);
    assert.notEqual(folderName(one), name);
  });
});
