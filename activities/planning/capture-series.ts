import { basename, dirname, join } from 'node:path';
import { CaptureFormatError } from '../../capture/formats/capture-format-error.js';
import { firstTimeUs } from '../../capture/formats/first-time.js';
import { countText } from '../../common/count-text.js';
import type { JoinedFiles } from '../../schemas/run-config.js';
import type { ConfinedFiles } from '../confined-files.js';
import type { CaptureSource } from './run-plan.js';

/** `-b` of dumpcap, tshark and Wireshark, and editcap: a counter and the time of the first packet, in either order. */
const WIRESHARK_NAME =
  /^(?<stem>.*)_(?:(?<counter>\d{5,})_\d{14}|\d{14}_(?<lastCounter>\d{5,}))(?<end>\.[^_]*)?$/;
/** `-C` of tcpdump, with or without `-W`: a counter behind the name's ending; the first file may have none. */
const TCPDUMP_NAME = /^(?<stem>.*\.(?:pcap|pcapng|cap|dmp))(?<counter>\d*)(?<end>\.(?:gz|xz|zst|bz2))?$/i;

/** Place of a file in a series, by its name. */
interface FileNumber {
  /** The same for all files of one series. */
  readonly series: string;
  readonly counter: number | null;
  /** Files of several series have the same name but for counter and time: only the next number continues one. */
  readonly isAmbiguous: boolean;
}

interface NumberedFile extends FileNumber {
  readonly source: CaptureSource;
}

/**
 * Makes one capture of files that one program wrote one after the other: by default those that are numbered as dumpcap,
 * tshark, Wireshark, editcap and tcpdump do it. Their order is that of their first packets.
 * @param joined `all`: the captures of each folder are one; `none`: every file is a capture of its own
 * @param skip gets the files that cannot be read any more, which are left out
 * @returns the captures in the order of `sources`, and what was joined
 */
export async function joinSeries(
  sources: readonly CaptureSource[],
  joined: JoinedFiles,
  files: ConfinedFiles,
  skip: (path: string, error: unknown) => void,
): Promise<{ sources: readonly CaptureSource[]; warnings: readonly string[] }> {
  if (joined === 'none') return { sources, warnings: [] };
  const bySeries = new Map<string, NumberedFile[]>();
  for (const source of sources) {
    const number = joined === 'all' ? ofFolder(source.path) : numberOf(source.path);
    const file = number && { source, ...number };
    if (file !== null) bySeries.set(file.series, [...(bySeries.get(file.series) ?? []), file]);
  }
  const whole = new Map<CaptureSource, CaptureSource>();
  /** Not captures of their own: they continue one, or cannot be read. */
  const parts = new Set<CaptureSource>();
  const lost = new Set<CaptureSource>();
  const leaveOut = (source: CaptureSource, error: unknown): void => {
    lost.add(source);
    skip(source.path, error);
  };
  for (const members of bySeries.values()) {
    if (members.length < 2) continue;
    for (const [first, ...further] of divided(await inTime(members, files, leaveOut))) {
      if (first === undefined || further.length === 0) continue;
      whole.set(first, {
        ...first,
        furtherPaths: further.map(({ path }) => path),
        bytes: [first, ...further].reduce((bytes, source) => bytes + source.bytes, 0),
        modifiedUs: Math.max(...[first, ...further].map(({ modifiedUs }) => modifiedUs)),
      });
      for (const source of further) parts.add(source);
    }
  }
  const [example] = whole.values();
  const kept = sources.filter((source) => !parts.has(source) && !lost.has(source));
  if (example === undefined) return { sources: kept, warnings: [] };
  const last = example.furtherPaths?.at(-1) ?? '';
  return {
    sources: kept.map((source) => whole.get(source) ?? source),
    warnings: [
      `${countText(whole.size + parts.size, 'file', 'is', 'are')} read as ${countText(whole.size, 'capture')}, because they ${joined === 'all' ? 'are to be joined' : 'are numbered as one program writes them one after the other'}: for example ${basename(example.path)} to ${basename(last)}; --join none keeps them apart`,
    ],
  };
}

/**
 * Warns of labelled captures that look like files of a series, which are not joined: of those that several rows name, and of
 * those that no row names beside one that a row names.
 */
export async function apartWarnings(
  sources: readonly Pick<CaptureSource, 'path'>[],
  files: ConfinedFiles,
): Promise<string[]> {
  const named = new Set(sources.map(({ path }) => path));
  const bySeries = new Map<string, { readonly path: string; readonly at: number }[]>();
  for (const folder of new Set([...named].map((path) => dirname(path))))
    // Of a folder that may not be listed, the named files are known.
    for (const name of await files.names(folder).catch(() => [])) {
      const path = join(folder, name);
      const number = numberOf(path);
      if (number === null) continue;
      const { series, counter } = number;
      bySeries.set(series, [...(bySeries.get(series) ?? []), { path, at: counter ?? 0 }]);
    }
  const apart: [string, string][] = [];
  const unnamed: [string, string][] = [];
  for (const members of bySeries.values()) {
    members.sort((a, b) => a.at - b.at || (a.path < b.path ? -1 : 1));
    for (const [index, { path, at }] of members.entries()) {
      const before = members[index - 1];
      if (before?.at !== at - 1) continue;
      const [one, other] = [named.has(before.path), named.has(path)];
      if (one && other) apart.push([before.path, path]);
      else if (one) unnamed.push([before.path, path]);
      else if (other) unnamed.push([path, before.path]);
    }
  }
  const remedy = `join the files with Wireshark's mergecap, and name the joined file instead`;
  const warnings: string[] = [];
  if (apart[0] !== undefined)
    warnings.push(
      `${countText(apart.length, 'labelled capture', 'has', 'have')} the number after that of another one, as if one program wrote both, for example ${apart[0].map((path) => basename(path)).join(' and ')}: sessions, names and connections end with their file; if they are one capture, ${remedy}`,
    );
  if (unnamed[0] !== undefined)
    warnings.push(
      `${countText(unnamed.length, 'file', 'is', 'are')} next to a labelled capture by number, and no row names ${unnamed.length === 1 ? 'it' : 'them'}, for example ${basename(unnamed[0][1])} to ${basename(unnamed[0][0])}: only files that a row names are read; if they are one capture, ${remedy}`,
    );
  return warnings;
}

function ofFolder(path: string): FileNumber {
  return { series: dirname(path), counter: null, isAmbiguous: false };
}

function numberOf(path: string): FileNumber | null {
  const folder = dirname(path);
  const name = basename(path);
  const wireshark = WIRESHARK_NAME.exec(name)?.groups;
  if (wireshark !== undefined) {
    const { stem, counter, lastCounter, end = '' } = wireshark;
    const series = JSON.stringify([folder, stem, end]);
    return { series, counter: Number(counter ?? lastCounter), isAmbiguous: true };
  }
  const tcpdump = TCPDUMP_NAME.exec(name)?.groups;
  if (tcpdump === undefined) return null;
  const { stem, counter, end = '' } = tcpdump;
  const series = JSON.stringify([folder, stem, end, 'tcpdump']);
  return { series, counter: counter === '' ? null : Number(counter), isAmbiguous: false };
}

/** Sorted by the time of the first packet, then by number; a numbered file without a packet comes after the number before. */
async function inTime(
  members: readonly NumberedFile[],
  files: ConfinedFiles,
  leaveOut: (source: CaptureSource, error: unknown) => void,
): Promise<NumberedFile[]> {
  const timed: { readonly file: NumberedFile; readonly us: number }[] = [];
  for (const file of [...members].sort((a, b) => (a.counter ?? -1) - (b.counter ?? -1))) {
    let us: number | null = null;
    try {
      us = await firstTimeUs(await files.stream(file.source.path));
    } catch (error) {
      // What is wrong with the content is the decoder's to say.
      if (!(error instanceof CaptureFormatError)) {
        leaveOut(file.source, error);
        continue;
      }
    }
    timed.push({ file, us: us ?? (file.counter === null ? Infinity : (timed.at(-1)?.us ?? -Infinity)) });
  }
  return timed
    .sort(
      (a, b) =>
        (a.us === b.us ? 0 : a.us - b.us) ||
        (a.file.counter ?? -1) - (b.file.counter ?? -1) ||
        (a.file.source.path < b.file.source.path ? -1 : 1),
    )
    .map(({ file }) => file);
}

/**
 * Divides files with one stem into series. Two machines that wrote under the same name at the same time cannot be told apart:
 * their files are not joined.
 */
function divided(members: readonly NumberedFile[]): CaptureSource[][] {
  const groups: { readonly sources: CaptureSource[]; last: number }[] = [];
  for (const { source, counter, isAmbiguous } of members) {
    const at = counter ?? -1;
    const open = isAmbiguous ? groups.filter(({ last }) => last === at - 1) : groups;
    const [group, other] = open;
    if (group === undefined || other !== undefined) groups.push({ sources: [source], last: at });
    else {
      group.sources.push(source);
      group.last = at;
    }
  }
  return groups.map(({ sources }) => sources);
}
