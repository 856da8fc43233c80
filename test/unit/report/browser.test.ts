import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { reportHtml } from '../../../report/html.js';
import { findOnPath } from '../../../server/find-on-path.js';
import { report } from './sample-report.js';

const PATH = process.env['PATH'] ?? '';
/** Chromium of this machine; null if there is none. */
const executablePath =
  ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    .map((name) => findOnPath(name, PATH))
    .find((path) => path !== null) ?? null;

/** Scrolling hides what is shown; its events come with the next frames. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))',
  );
}

async function pointAt(mark: Locator): Promise<void> {
  await mark.scrollIntoViewIfNeeded();
  await settled(mark.page());
  await mark.hover();
}

/** What a page shows. */
interface Seen {
  /** Pixels that the page is too wide. */
  readonly scroll: number;
  readonly figures: readonly {
    readonly drawings: number;
    readonly width: number;
    readonly marks: number;
    /** Height of the smallest text of the drawing, in pixels. */
    readonly text: number;
  }[];
  /** Tables that reach over the edge. */
  readonly tables: number;
  /** Tables that can be moved sideways, with what shows it. */
  readonly moved: readonly {
    readonly name: string | null;
    readonly isReached: boolean;
    readonly hasCue: boolean;
    readonly hasShade: boolean;
  }[];
  /** Pixels that the last row of each group of charts leaves empty. */
  readonly gaps: readonly number[];
  readonly body: string;
  /** Texts in the colour of the ground. */
  readonly unread: readonly string[];
}

/** Runs in the page, whose types this program does not have. */
const LOOK = `(() => {
  const isShown = (element) => element.getClientRects().length > 0;
  const ground = (element) => getComputedStyle(element).backgroundColor;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)].filter(isShown);
  const width = document.documentElement.clientWidth;
  return {
    scroll: document.documentElement.scrollWidth - width,
    figures: all('figure').map((figure) => {
      const drawings = all('.drawing', figure);
      return {
        drawings: drawings.length,
        width: all('svg', figure)[0]?.getBoundingClientRect().width ?? 0,
        marks: all('[role="graphics-symbol"]', figure).length,
        text: Math.min(
          ...all('svg text', figure).filter((text) => text.textContent.trim() !== '').map((text) => text.getBoundingClientRect().height),
        ),
      };
    }),
    tables: all('.scroll').filter((table) => table.getBoundingClientRect().right > width).length,
    moved: all('.scroll').filter((table) => table.checkVisibility() && table.scrollWidth > table.clientWidth).map((table) => ({
      name: table.getAttribute('aria-label'),
      isReached: table.tabIndex === 0,
      hasCue: isShown(table.querySelector('.cue')),
      hasShade: getComputedStyle(table).backgroundImage.includes('gradient'),
    })),
    gaps: all('.grid').map((grid) =>
      Math.round(grid.getBoundingClientRect().right - grid.lastElementChild.getBoundingClientRect().right)),
    body: ground(document.body),
    unread: all('.drawing svg text')
      .filter((text) => getComputedStyle(text).fill === ground(text.closest('.drawing')))
      .map((text) => text.textContent),
  };
})()`;

describe(
  'the report in Chromium, opened from disk',
  { timeout: 120_000, skip: executablePath === null && 'Chromium is not installed' },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-report-'));
    const file = join(folder, 'report.html');
    let browser: Browser | undefined;

    before(async () => {
      writeFileSync(file, await reportHtml(report));
      // The sandbox of Chromium refuses to run as root, as in containers; the page is the project's own.
      browser = await chromium.launch({ executablePath: executablePath!, chromiumSandbox: false });
    });
    after(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true });
    });

    const opened = async (
      width: number,
      colorScheme: 'light' | 'dark',
      look: (page: Page) => Promise<void>,
    ): Promise<void> => {
      const page = await browser!.newPage({ viewport: { width, height: 900 }, colorScheme });
      const faults: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => faults.push(message.text()));
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      await look(page);
      assert.deepEqual(faults, []);
      assert.deepEqual(requests, [pathToFileURL(file).href]);
      await page.close();
    };

    for (const width of [400, 1400])
      for (const scheme of ['light', 'dark'] as const)
        it(`is drawn and fits at ${width} pixels, ${scheme}`, async () => {
          await opened(width, scheme, async (page) => {
            await settled(page);
            const seen = await page.evaluate<Seen>(LOOK);
            assert.equal(seen.scroll, 0, 'no horizontal scroll');
            assert.equal(seen.tables, 0, 'wide tables scroll by themselves');
            // Nine columns of scores and intervals do not fit 400 pixels.
            assert.ok(width > 400 ? seen.moved.length === 0 : seen.moved.length > 0);
            for (const { name, ...shown } of seen.moved) {
              assert.deepEqual(shown, { isReached: true, hasCue: true, hasShade: true }, String(name));
              assert.match(String(name), /\S/);
            }
            assert.deepEqual(
              seen.gaps,
              seen.gaps.map(() => 0),
            );
            assert.ok(seen.figures.length > 10);
            for (const [at, figure] of seen.figures.entries()) {
              assert.equal(figure.drawings, 1, `one drawing of chart ${at} is shown`);
              assert.ok(figure.width > 300 && figure.width <= width, `chart ${at} is ${figure.width} wide`);
              assert.ok(figure.marks > 0, `chart ${at} has marks with a text`);
              assert.ok(figure.text >= 9, `the text of chart ${at} is ${figure.text} high`);
            }
            assert.equal(seen.body, scheme === 'dark' ? 'rgb(20, 24, 29)' : 'rgb(245, 247, 250)');
            // Text on the dark cells of the confusion matrix has the colour of the ground.
            assert.ok(
              seen.unread.every((text) => /^\d+( %)?$/.test(text)),
              seen.unread.join(),
            );
            const save = process.env['VQI_SAVE_SCREENSHOTS'];
            if (save)
              await page.screenshot({ path: join(save, `report-${width}-${scheme}.png`), fullPage: true });
          });
        });

    it('shows the text of a mark under the pointer and by arrow keys', async () => {
      await opened(1400, 'light', async (page) => {
        const tip = page.locator('#tip');
        assert.equal(await tip.isVisible(), false);
        await pointAt(page.locator('[aria-label^="true 1080p, predicted 1080p"]'));
        assert.match(await tip.innerText(), /^true 1080p, predicted 1080p: \d+ of \d+ windows/);
        await page.keyboard.press('Escape');
        assert.equal(await tip.isVisible(), false);
        await pointAt(page.locator('[aria-label^="0:40 to 0:50"] >> visible=true'));
        assert.match(await tip.innerText(), /^0:40 to 0:50 .* kbit\/s$/);
        const drawing = page.locator('.drawing.for-wide').last();
        await page.mouse.move(1, 1);
        await drawing.focus();
        await settled(page);
        await page.keyboard.press('Escape');
        await page.keyboard.press('ArrowRight');
        assert.match(await tip.innerText(), /^0:00 to 0:10 \(12:00:10 UTC\)/);
        await page.keyboard.press('ArrowRight');
        assert.match(await tip.innerText(), /^0:10 to 0:20/);
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('ArrowLeft');
        assert.doesNotMatch(await tip.innerText(), /^0:/);
        await page.keyboard.press('Tab');
        assert.equal(await tip.isVisible(), false);
      });
    });
  },
);
