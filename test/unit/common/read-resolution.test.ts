import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { areWidths, readResolution } from '../../../common/read-resolution.js';

describe('a label of a resolution', () => {
  it('is read in every plain way to write it', () => {
    const of = (lines: number, ...texts: string[]): void =>
      assert.deepEqual(
        texts.map((text) => [text, readResolution(text)]),
        texts.map((text) => [text, lines]),
      );
    of(
      720,
      '720',
      '720.0',
      '720.',
      ' 720 ',
      '720p',
      '720P',
      '720 p',
      '720p60',
      '720p@60',
      '720p 59.94fps',
      '720p60 HDR',
    );
    of(720, '720i', '720px', '720 lines', 'hd720', 'HD720', 'HD_720', '720p HD', '７２０ｐ');
    of(
      720,
      '1280x720',
      '1280X720',
      '1280×720',
      '1280*720',
      '1280 x 720',
      '1280x720p',
      '1280 by 720',
      '1280px x 720px',
    );
    of(720, '1280x720-24', '1280x720@30', '1280x720p60', '1280x720 60fps', '1280x720_30', '1280.0x720.0');
    of(
      720,
      '(1280, 720)',
      '[1280.0, 720.0]',
      '(1280,720)',
      "{'width': 1280, 'height': 720}",
      '{"height":720}',
    );
    // Upright video: YouTube's rung of it is its shorter side.
    of(720, '720x1280');
    of(1080, 'FHD', 'Full HD', '1080p Full HD', '1920x1080');
    of(2160, '4K', 'UHD', '2160p 4K');
    of(144, 'tiny');
    of(240, 'small');
    of(360, 'medium');
    of(480, 'large');
    for (const lines of [144, 234, 288, 396, 432, 540, 576, 1440, 4320]) of(lines, `${lines}`, `${lines}p`);
    of(0, '0', '0.0');
  });

  it('may say that there is none', () => {
    for (const text of ['', '  ', '-', 'NA', 'n/a', 'NaN', 'null', 'None', 'unknown', '?'])
      assert.equal(readResolution(text), null, text);
  });

  it('is otherwise not understood, and never taken for a number of lines', () => {
    for (const text of [
      'HD',
      'SD',
      'LD',
      'auto',
      'high',
      'highres',
      '3000 kbps',
      '300000',
      '-720',
      '720.5',
      '1280,720',
      '7 20',
      '16:9',
      'p720x',
      '[720]',
      'true',
    ])
      assert.equal(readResolution(text), undefined, text);
  });
});

describe('bare numbers of one column', () => {
  it('are widths if some never are heights, and none never is a width', () => {
    assert.equal(areWidths(['480', '854', '1280']), true);
    assert.equal(areWidths(['640', '1280.0', '1920', '0', '']), true);
    assert.equal(areWidths(['240', '480', '1280']), false);
    assert.equal(areWidths(['480', '720']), false);
    assert.equal(areWidths(['854x480', '1280x720']), false);
  });
});
