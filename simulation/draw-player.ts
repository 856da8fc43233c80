import { createRandom, deriveSeed, type Random } from '../common/random.js';
import { lognormal } from './engine/normal.js';
import { type AbrPolicy, type AbrPolicyName, bufferBased, pinned, rateBased } from './player/abr-policy.js';
import type { PlayerSpec } from './player/player.js';
import { byteRanges, fixedSegments, type SegmentSeconds } from './player/request-plan.js';
import type { SessionSpec } from './session-spec.js';

const STARTUP_SECONDS = 4;
/** Error of a player's first estimate of the bandwidth, as a standard deviation of the logarithm. */
const EXPECTATION_SIGMA = 0.5;
const PINNED_SEEK_CHANCE = 0.15;
const ADAPTIVE_SEEK_CHANCE = 0.25;
const TITLE_SECONDS = 3_600;

/** Share of the players that look at the buffer alone, as Netflix published it; the others look at the throughput. */
const BUFFER_SHARE = { youtube: 0, netflix: 1 / 2 } as const;
/** Netflix's players buffer minutes; this is shorter, so that short captures show the steady state. */
const SEGMENT_BUFFER_SECONDS = 24;
const SEPARATE_AUDIO_SHARE = 0.7;
const SEGMENT_SECONDS: readonly SegmentSeconds[] = [
  { video: 2, audio: 2 },
  { video: 4, audio: 4 },
  { video: 4, audio: 8 },
  { video: 6, audio: 6 },
];
/**
 * Plaintext bytes of a request for a file of video: between these over sessions, hardly different within one. Requests
 * for audio are up to 30 bytes shorter.
 */
const FILE_REQUESTS = { tcp: [310, 650], quic: [210, 530] } as const;
const FILE_KIND_SPREAD_BYTES = 30;
const FILE_CHANGE_BYTES = 4;

/**
 * YouTube: requests for 14 to 19 s of video (medians by rung in 2015, csieber/yt-dataset), and for 30 s of audio, which
 * are about 62 bytes shorter on the wire (604 and 666 bytes in the Requet captures of 2018).
 */
const RANGE_SECONDS = { least: 13.8, most: 19.5, audio: 30 } as const;
const RANGE_BUFFER_SECONDS = { least: 45, spread: 35 } as const;
const VIDEO_REQUEST_BYTES = 666;
const AUDIO_REQUEST_BYTES = 604;
const REQUEST_SPREAD_BYTES = 24;
const REQUEST_CHANGE_BYTES = 4;
/** Bytes around the plaintext of a request: record header, type and tag of TLS 1.3; headers, frame and tag of QUIC. */
const REQUEST_OVERHEAD_BYTES = { tcp: 22, quic: 28 } as const;

/**
 * A session's player: the service decides how it asks for media, the rest is drawn.
 * @param pathBps mean bandwidth of the path
 */
export function drawPlayer(spec: SessionSpec, pathBps: number, random: Random, requests: Random): PlayerSpec {
  const isPinned = spec.pinnedPx !== null;
  const seekChance = isPinned ? PINNED_SEEK_CHANCE : ADAPTIVE_SEEK_CHANCE;
  const seeks = [0.3, 0.6].flatMap((share) => {
    const toSeconds = random.integer(TITLE_SECONDS);
    const afterSeconds = spec.durationSeconds * (share + 0.2 * random.uniform());
    return random.uniform() < seekChance / 2 ? [{ afterSeconds, toSeconds }] : [];
  });
  const usual = random.uniform() < BUFFER_SHARE[spec.service] ? 'buffer' : 'rate';
  const policy = spec.policy ?? usual;
  const common = {
    policy: spec.pinnedPx === null ? POLICIES[policy] : pinned(spec.pinnedPx),
    expectedBps: pathBps * lognormal(random, EXPECTATION_SIGMA),
    startupSeconds: STARTUP_SECONDS,
    seeks,
  };
  return spec.service === 'youtube'
    ? // A policy that looks at the buffer alone would go down to the lowest rung after emptying it.
      { ...common, ...rangePlayer(spec, random, requests), replacesBuffer: policy === 'rate' }
    : { ...common, ...segmentPlayer(spec, random, requests), replacesBuffer: false };
}

type OfService = Omit<PlayerSpec, 'policy' | 'expectedBps' | 'startupSeconds' | 'seeks' | 'replacesBuffer'>;

function rangePlayer({ transport }: SessionSpec, random: Random, requests: Random): OfService {
  const seconds = RANGE_SECONDS.least + (RANGE_SECONDS.most - RANGE_SECONDS.least) * random.uniform();
  const own = random.integer(REQUEST_SPREAD_BYTES) - REQUEST_SPREAD_BYTES / 2;
  const overhead = REQUEST_OVERHEAD_BYTES[transport];
  return {
    plan: byteRanges({ video: seconds, audio: RANGE_SECONDS.audio }),
    hasSeparateAudio: true,
    hasAudioConnection: false,
    maxBufferSeconds: RANGE_BUFFER_SECONDS.least + RANGE_BUFFER_SECONDS.spread * random.uniform(),
    requestBytes: (kind) => {
      const bytes = kind === 'video' ? VIDEO_REQUEST_BYTES : AUDIO_REQUEST_BYTES;
      return bytes - overhead + own + requests.integer(REQUEST_CHANGE_BYTES);
    },
  };
}

function segmentPlayer(
  { seed, title, transport, segmentSeconds }: SessionSpec,
  random: Random,
  requests: Random,
): OfService {
  const ofTitle = createRandom(deriveSeed(seed, `title ${title} lengths`));
  const [least, most] = FILE_REQUESTS[transport];
  const ofVideo = least + requests.integer(most - least);
  const audioShorter = requests.integer(FILE_KIND_SPREAD_BYTES + 1);
  return {
    plan: fixedSegments(segmentSeconds ?? SEGMENT_SECONDS[ofTitle.integer(SEGMENT_SECONDS.length)]!),
    hasSeparateAudio: random.uniform() < SEPARATE_AUDIO_SHARE,
    hasAudioConnection: true,
    maxBufferSeconds: SEGMENT_BUFFER_SECONDS,
    requestBytes: (kind) =>
      ofVideo - (kind === 'audio' ? audioShorter : 0) + requests.integer(FILE_CHANGE_BYTES),
  };
}

const POLICIES: Readonly<Record<AbrPolicyName, AbrPolicy>> = {
  buffer: bufferBased,
  rate: rateBased,
};
