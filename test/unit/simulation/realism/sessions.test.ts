import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { SIMULATION_DEFAULTS } from '../../../../cli/simulation-defaults.js';
import { type DatasetSession, simulateDataset } from '../../../../simulation/dataset.js';
import type { SessionTruth } from '../../../../simulation/session-spec.js';
import { simulateSession } from '../../../../simulation/simulate-session.js';
import type { SegmentMedia } from '../../../../simulation/transport/segment-record.js';
import { NO_SHARED_DATA } from '../../../shared-data.js';
import { hasPublished, youtube2015, type Youtube2015 } from './published.js';
import { mean, median, quantile } from './statistics.js';

const SESSIONS = 60;
const SECONDS = 240;
const MOST_RANGE_BYTES = 2_097_152;

interface Simulated {
  readonly session: DatasetSession;
  readonly truth: SessionTruth;
}

const videoOf = ({ truth }: Simulated): SegmentMedia[] =>
  truth.segments.flatMap(({ kind, media }) => (kind === 'video' && media !== null ? media : []));

/** Share of the bytes of video whose media time was asked for before. */
function sharedTwice(simulated: Simulated): number {
  let bytes = 0;
  let twice = 0;
  const asked = new Set<number>();
  for (const { fromSeconds, seconds, bytes: size } of videoOf(simulated)) {
    const tenths = Array.from(
      { length: Math.round(10 * seconds) },
      (_, at) => Math.round(10 * fromSeconds) + at,
    );
    bytes += size;
    twice += (size * tenths.filter((tenth) => asked.has(tenth)).length) / Math.max(1, tenths.length);
    for (const tenth of tenths) asked.add(tenth);
  }
  return twice / bytes;
}

function switchesOf({ truth }: Simulated): number {
  const shown = truth.player.flatMap(({ heightPx }) => heightPx ?? []);
  return shown.filter((heightPx, at) => at > 0 && heightPx !== shown[at - 1]).length;
}

describe(
  'simulated sessions of the default kind are no easier than published ones',
  { skip: hasPublished() ? false : NO_SHARED_DATA },
  () => {
    let simulated: Simulated[] = [];
    let adaptive: Simulated[] = [];
    let published: Youtube2015;
    before(() => {
      published = youtube2015();
      simulated = simulateDataset({
        ...SIMULATION_DEFAULTS,
        sessions: SESSIONS,
        durationSeconds: SECONDS,
      }).map((session) => ({ session, truth: simulateSession(session).truth }));
      adaptive = simulated.filter(({ session }) => session.pinnedPx === null);
    });

    it('players that adapt switch, but not all of them do', (t) => {
      const switches = adaptive.map(switchesOf);
      t.diagnostic(
        `switches in four minutes: simulated ${quartiles(switches)}, 2015 ${quartiles(published.switches)}`,
      );
      assert.ok(median(switches) >= median(published.switches));
      assert.ok(quantile(switches, 0.9) <= 2 * quantile(published.switches, 0.9));
      const without = simulated.filter((each) => switchesOf(each) === 0).length / simulated.length;
      const withoutPublished = mean(published.switches.map((count) => (count === 0 ? 1 : 0)));
      t.diagnostic(
        `sessions without a switch: simulated ${without.toFixed(2)}, 2015 ${withoutPublished.toFixed(2)}`,
      );
      assert.ok(Math.abs(without - withoutPublished) < 0.15);
      const seconds = new Map<number, number>();
      for (const { truth } of simulated)
        for (const { heightPx, event } of truth.player)
          if (heightPx !== null && event === null) seconds.set(heightPx, (seconds.get(heightPx) ?? 0) + 0.1);
      for (const heightPx of SIMULATION_DEFAULTS.ladder)
        assert.ok(
          (seconds.get(heightPx) ?? 0) > 0.05 * SESSIONS * SECONDS,
          `${heightPx}p ${seconds.get(heightPx)} s`,
        );
    });

    it('as much is downloaded twice as in 2015, in sessions that adapt', (t) => {
      const twice = adaptive.map(sharedTwice);
      t.diagnostic(`downloaded twice: simulated ${quartiles(twice)}, 2015 ${quartiles(published.twice)}`);
      for (const [share, tolerance] of [
        [0.5, 0.08],
        [0.75, 0.1],
      ] as const)
        assert.ok(Math.abs(quantile(twice, share) - quantile(published.twice, share)) < tolerance);
    });

    it('requests hold 14 to 19 s of media, unless 2 MiB are less', (t) => {
      // Medians of the rungs that the cap does not reach.
      const [low, high] = [0, 1, 2, 3]
        .map((rung) => median(published.requestSeconds[rung]!))
        .reduce<[number, number]>(
          ([least, most], middle) => [Math.min(least, middle), Math.max(most, middle)],
          [Infinity, 0],
        );
      const all = simulated.flatMap(videoOf);
      assert.ok(all.every(({ bytes }) => bytes <= MOST_RANGE_BYTES));
      const capped = all.filter(({ bytes }) => bytes > 0.999 * MOST_RANGE_BYTES);
      assert.ok(capped.length > 100 && capped.every(({ seconds }) => seconds < 20));
      // A player whose buffer is low asks for less; those that hold a rung have bandwidth enough.
      const held = simulated.filter(({ session }) => session.pinnedPx !== null).flatMap(videoOf);
      for (const heightPx of [144, 240, 360, 480]) {
        const steady = held.filter(
          (media) => media.heightPx === heightPx && media.index > 4 && media.bytes < 0.999 * MOST_RANGE_BYTES,
        );
        const middle = median(steady.map(({ seconds }) => seconds));
        t.diagnostic(
          `${heightPx}p: ${middle.toFixed(1)} s in a request, in 2015 ${low.toFixed(1)} to ${high.toFixed(1)} s by rung`,
        );
        assert.ok(middle >= low - 0.5 && middle <= high + 0.5, `${heightPx}p ${middle} s`);
      }
    });

    // Requet, 2018: two sizes of request on a media connection, about 604 bytes for audio and 666 for video; about
    // 500 kB of audio every 30 s.
    it('requests for audio are shorter than those for video on the same connection, and half a megabyte comes at once', () => {
      for (const { session, truth } of simulated) {
        const sizes = (wanted: string): number[] =>
          truth.segments
            .filter(({ kind, media }) => kind === wanted && (media?.index ?? 0) > 1)
            .map(({ requestBytes }) => requestBytes);
        const [audio, video] = [median(sizes('audio')), median(sizes('video'))];
        assert.ok(
          audio >= 590 && audio <= 625 && Math.abs(video - audio - 62) <= 4,
          `${session.sessionId} ${audio} ${video}`,
        );
        const ports = (wanted: string) =>
          new Set(truth.segments.filter(({ kind }) => kind === wanted).map(({ flow }) => flow.client.port));
        assert.ok([...ports('audio')].some((port) => ports('video').has(port)));
      }
      const steady = simulated.flatMap(({ truth }) =>
        truth.segments.flatMap(({ kind, media }) =>
          kind === 'audio' && media!.seconds > 29.9 ? media!.bytes : [],
        ),
      );
      assert.ok(steady.length > 100 && Math.abs(median(steady) - 490_000) < 15_000, `${median(steady)}`);
    });

    it('the service itself and other applications are in every capture, with segments as large as media', () => {
      const large = (wanted: string): number =>
        simulated.filter(({ truth }) =>
          truth.segments.some(({ kind, downstreamBytes }) => kind === wanted && downstreamBytes >= 20_000),
        ).length;
      assert.ok(simulated.every(({ truth }) => truth.segments.some(({ kind }) => kind === 'log')));
      assert.ok(large('thumbnail') > 0.7 * SESSIONS && large('other') > 0.5 * SESSIONS);
    });
  },
);

const quartiles = (values: readonly number[]): string =>
  [0.25, 0.5, 0.75, 0.9].map((share) => quantile(values, share).toFixed(2)).join(', ');
