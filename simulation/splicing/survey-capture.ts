import { decodeCapture } from '../../capture/decode-capture.js';

/** Properties of a capture that are needed to cut a piece from it. Times are microseconds since the Unix epoch. */
export interface CaptureSurvey {
  readonly contentHash: string;
  readonly linkType: number;
  /** Address of the client with the most bytes, and its IP version. */
  readonly client: string;
  readonly ipVersion: 4 | 6;
  readonly firstUs: number;
  /** Time range in which the client's segments arrived, without the first and last twentieth of their bytes. */
  readonly activeFromUs: number;
  readonly activeToUs: number;
}

const QUIET_SHARE = 0.05;

/** @returns null if no client received anything, or the capture has several link types */
export async function surveyCapture(source: AsyncIterable<Uint8Array>): Promise<CaptureSurvey | null> {
  const flows: { client: string; ipVersion: 4 | 6; wireBytes: number }[] = [];
  const segments: { flow: number; endUs: number; bytes: number }[] = [];
  const { contentHash, linkTypes, firstUs } = await decodeCapture(
    source,
    {},
    {
      packets: () => undefined,
      segments: (batch) => {
        for (let row = 0; row < batch.rows; row++) {
          const bytes = batch.downstream_bytes[row]!;
          if (bytes > 0)
            segments.push({ flow: batch.flow_id[row]!, endUs: Number(batch.last_byte_us[row]), bytes });
        }
      },
      dnsMessages: () => undefined,
      dnsAnswers: () => undefined,
      flows: (rows) => {
        for (const { clientAddress, ipVersion, wireBytes } of rows)
          flows.push({ client: clientAddress, ipVersion, wireBytes });
      },
      serverNames: () => undefined,
    },
  );
  const bytesOf = new Map<string, number>();
  for (const { client, wireBytes } of flows) bytesOf.set(client, (bytesOf.get(client) ?? 0) + wireBytes);
  const [viewer] = [...bytesOf].sort(([a, aBytes], [b, bBytes]) => bBytes - aBytes || (a < b ? -1 : 1));
  const [linkType] = linkTypes;
  if (viewer === undefined || linkType === undefined || linkTypes.length > 1 || firstUs === null) return null;
  const [client] = viewer;
  const ofClient = segments
    .filter(({ flow }) => flows[flow]?.client === client)
    .sort((a, b) => a.endUs - b.endUs);
  const total = ofClient.reduce((sum, { bytes }) => sum + bytes, 0);
  const timeAt = (share: number): number | undefined => {
    let sum = 0;
    return ofClient.find(({ bytes }) => (sum += bytes) >= share * total)?.endUs;
  };
  const activeFromUs = timeAt(QUIET_SHARE);
  const activeToUs = timeAt(1 - QUIET_SHARE);
  if (activeFromUs === undefined || activeToUs === undefined) return null;
  const ipVersion = flows.find((flow) => flow.client === client)?.ipVersion ?? 4;
  return { contentHash, linkType, client, ipVersion, firstUs, activeFromUs, activeToUs };
}
