import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../server/find-on-path.js';
import { peerSource } from './peer-source.js';

/** Folder that keeps installed and built peers between runs. */
const CACHE = join(homedir(), '.cache', 'vqi', 'bench');

const TSHARK_FIELDS = [
  'frame.time_epoch',
  'frame.len',
  'frame.cap_len',
  'tcp.stream',
  'udp.stream',
  'ip.proto',
  'ipv6.nxt',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'udp.srcport',
  'udp.dstport',
  'tcp.len',
  'udp.length',
  'tcp.flags',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.window_size_value',
  'dns.id',
  'dns.qry.name',
  'dns.a',
  'dns.aaaa',
  'dns.cname',
];

/** The command that runs a peer on a capture. */
export type PeerCommand = (capture: string) => readonly string[];

/** A public tool to compare with. */
export interface Peer {
  readonly name: string;
  /** What it does with the capture, in a few words. */
  readonly work: string;
  /** The result of the tool: rows that could be queried, or decoding alone. */
  readonly reach: 'rows' | 'decoding';
  /** True if it is too slow, or needs too much memory, for more than ten repeats. */
  readonly isSlow: boolean;
  /** Finds, installs or builds it. @throws Error that says why it is not available */
  readonly prepare: () => PeerCommand;
}

export const PEERS: readonly Peer[] = [
  {
    name: 'tshark -T fields',
    work: 'the same columns as text, to /dev/null',
    reach: 'rows',
    isSlow: true,
    prepare: () => {
      const program = needed('tshark');
      const fields = TSHARK_FIELDS.flatMap((field) => ['-e', field]);
      // -n: no name resolution.
      return (capture) => [
        'sh',
        '-c',
        'exec "$@" > /dev/null',
        'sh',
        program,
        '-n',
        '-r',
        capture,
        '-T',
        'fields',
        ...fields,
      ];
    },
  },
  {
    name: 'dpkt',
    work: 'a Python loop, packet columns into a data frame',
    reach: 'rows',
    isSlow: true,
    prepare: () => pythonPeer('dpkt_frame.py', ['dpkt==1.9.8', 'pandas']),
  },
  {
    name: 'NFStream',
    work: 'flows, one meter, no dissection',
    reach: 'rows',
    isSlow: false,
    prepare: () => pythonPeer('nfstream_flows.py', ['nfstream']),
  },
  {
    name: 'gopacket',
    work: 'decoding alone (DecodingLayerParser), nothing kept',
    reach: 'decoding',
    isSlow: false,
    prepare: () => {
      const program = join(mkdir('gopacket'), 'gopacket');
      const folder = peerSource('gopacket');
      run(needed('go'), ['build', '-o', program, '.'], folder);
      return (capture) => [program, capture];
    },
  },
  {
    name: 'libpcap, decoding',
    work: 'a C loop, packet columns into arrays',
    reach: 'decoding',
    isSlow: false,
    prepare: () => {
      const program = buildLibpcap();
      return (capture) => [program, capture];
    },
  },
  {
    name: 'libpcap, bare',
    work: 'a C loop that walks the records, for information',
    reach: 'decoding',
    isSlow: false,
    prepare: () => {
      const program = buildLibpcap();
      return (capture) => [program, capture, 'bare'];
    },
  },
];

/** The library that the course uses, compared with the flow features; its scapy needs a Python below 3.12. */
export const NETML: Peer = {
  name: 'netml 0.7.1',
  work: 'pcap2flows, flow2features of all six kinds, in memory',
  reach: 'rows',
  isSlow: true,
  prepare: () => pythonPeer('netml_features.py', ['netml==0.7.1']),
};

/** Builds windows and segments in data frames from a Parquet file of packets. */
export const PANDAS: Peer = {
  name: 'pandas, packets to windows',
  work: 'the same statistics of windows and segments, vectorised',
  reach: 'rows',
  isSlow: true,
  prepare: () => pythonPeer('features_frame.py', ['pandas', 'pyarrow']),
};

/** The Python learning libraries, at the compared versions. The arguments are those of `bench/peers/learning.py`. */
export function learningPeer(): (args: readonly string[]) => readonly string[] {
  const [python = '', script = ''] = pythonPeer('learning.py', [
    'numpy',
    'scikit-learn==1.9.1',
    'lightgbm',
    'onnxruntime',
  ])('');
  return (args) => [python, script, ...args];
}

function buildLibpcap(): string {
  const program = join(mkdir('libpcap'), 'libpcap');
  run(needed('cc'), ['-O2', '-o', program, peerSource('libpcap.c'), '-lpcap']);
  return program;
}

function pythonPeer(script: string, packages: readonly string[]): PeerCommand {
  const folder = join(CACHE, script.replace('.py', ''));
  const python = join(folder, 'bin', 'python3');
  const stamp = join(folder, '.installed');
  if (!existsSync(stamp)) {
    mkdirSync(CACHE, { recursive: true });
    run(needed('python3'), ['-m', 'venv', folder]);
    run(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
    writeFileSync(stamp, packages.join('\n'));
  }
  return (capture) => [python, peerSource(script), capture];
}

function mkdir(name: string): string {
  const folder = join(CACHE, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function needed(program: string): string {
  const path = findOnPath(program, process.env['PATH'] ?? '');
  if (path === null) throw new Error(`no ${program} on the PATH`);
  return path;
}

function run(program: string, args: readonly string[], cwd?: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status === 0) return;
  const lines = stderr.trim().split('\n');
  throw new Error(lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? `${program} failed`);
}
