/** Files that are not read as captures, by their first bytes: what they are, and how to get a capture out of them. */
const CONTAINERS: readonly (readonly [bytes: readonly number[], description: string])[] = [
  [[0x42, 0x5a, 0x68], 'bzip2 data: unpack it with bunzip2 -k FILE'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive: unpack it with unzip FILE'],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'a 7z archive: unpack it with 7z x FILE'],
  [[0x52, 0x61, 0x72, 0x21], 'a RAR archive: unpack it with unrar x FILE'],
  [[0x04, 0x22, 0x4d, 0x18], 'lz4 data: unpack it with lz4 -d FILE'],
  [[0x1f, 0x9d], 'compress data: unpack it with uncompress FILE'],
  [
    [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00],
    'a snoop capture: convert it with editcap FILE FILE.pcapng (Wireshark)',
  ],
  [
    [0x47, 0x4d, 0x42, 0x55],
    'a Network Monitor capture: convert it with editcap FILE FILE.pcapng (Wireshark)',
  ],
  [[0x58, 0x43, 0x50, 0x00], 'a Sniffer capture: convert it with editcap FILE FILE.pcapng (Wireshark)'],
];
const TAR_MAGIC = 257;
const TAR = [0x75, 0x73, 0x74, 0x61, 0x72];

/** What a file is by its first bytes, and how to make a capture of it; null if that is not known. */
export function containerName(head: Uint8Array): string | null {
  const starts = (bytes: readonly number[], at = 0): boolean =>
    bytes.every((byte, i) => head[at + i] === byte);
  if (starts(TAR, TAR_MAGIC)) return 'a tar archive: unpack it with tar -xf FILE';
  return CONTAINERS.find(([bytes]) => starts(bytes))?.[1] ?? null;
}
