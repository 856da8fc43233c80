import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSessionsFile } from '../../../datasets/parse-sessions-file.js';

const parse = (text: string) => parseSessionsFile('sessions.csv', text, [480, 720]);

describe('a sessions file', () => {
  it('needs no column resolution if every session has a player log', () => {
    const [session] = parse('session_id,capture,player_log\na,a.pcap,a.csv\n');
    assert.deepEqual([session?.playerLog, session?.resolutionPx], ['a.csv', null]);
    assert.throws(
      () => parse('session_id,capture,player_log\na,a.pcap,a.csv\nb,b.pcap,\n'),
      /sessions\.csv, line 3: player_log is empty, and there is no column resolution/,
    );
  });

  it('names the missing columns', () => {
    assert.throws(
      () => parse('session_id,site\na,A\n'),
      /needs the columns session_id, capture, and resolution or player_log; missing: capture, resolution; it has session_id, site$/,
    );
  });

  it('may be delimited by semicolons or tabs, with a byte-order mark and CRLF, as spreadsheets write it', () => {
    for (const comma of [';', '\t']) {
      const [session] = parse(
        '\ufeffsession_id,capture,site,resolution\r\na,"x, y.pcap",,720\r\n'.replaceAll(/,(?! )/g, comma),
      );
      assert.deepEqual(
        [session?.sessionId, session?.capture, session?.site, session?.resolutionPx],
        ['a', 'x, y.pcap', null, 720],
      );
    }
  });

  it('refuses an id that a further session of a capture gets, and no other with a number sign', () => {
    const rows = (...ids: string[]): string =>
      ['session_id,capture,resolution', ...ids.map((id) => `${id},x.pcap,720`), ''].join('\n');
    assert.throws(
      () => parse(rows('a', 'b', 'a#2')),
      /line 4: session a#2 has the id that a further session/,
    );
    assert.equal(parse(rows('a#2', 'b', 'a#x', '#2')).length, 4);
  });

  it('may leave a session without a label', () => {
    const sessions = parse('session_id,capture,resolution\na,a.pcap,720p\nb,b.pcap,\n');
    assert.deepEqual(
      sessions.map(({ resolutionPx }) => resolutionPx),
      [720, null],
    );
  });
});
