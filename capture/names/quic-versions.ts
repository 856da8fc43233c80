/** How the Initial packets of a QUIC version are protected. */
export interface QuicVersion {
  readonly name: string;
  readonly salt: string;
  /** Prefix of `key`, `iv` and `hp` in the labels of key derivation. */
  readonly labelPrefix: 'quic' | 'quicv2';
  /** The long header's two type bits that mean Initial, and Retry. */
  readonly initialType: number;
  readonly retryType: number;
  /** The packet contains Google's handshake messages (CHLO) instead of TLS. */
  readonly isGoogleCrypto: boolean;
}

const V1_SALT = '38762cf7f55934b34d179ae6a4c80cadccbb7f0a';
const DRAFT_22_SALT = '7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a';
const DRAFT_23_SALT = 'c3eef712c72ebb5a11a7d2432bb46365bef9f502';
const DRAFT_29_SALT = 'afbfec289993d24c9e9786f19c6111e04390a899';

function version(name: string, salt: string, rest: Partial<QuicVersion> = {}): QuicVersion {
  return {
    name,
    salt,
    labelPrefix: 'quic',
    initialType: 0,
    retryType: 3,
    isGoogleCrypto: false,
    ...rest,
  };
}

/**
 * By version number. Salts: v1 RFC 9001 section 5.2; v2 RFC 9369 section 3.3.1; drafts draft-ietf-quic-tls-22 to
 * -34 section 5.2 (33 and 34 have the salt of v1); mvfst has those of drafts 22 and 27; Q050, T050 and T051 as
 * published in QUICHE (`quic/core/crypto/crypto_utils.cc`).
 */
export const QUIC_VERSIONS: ReadonlyMap<number, QuicVersion> = new Map([
  [0x0000_0001, version('v1', V1_SALT)],
  [
    0x6b33_43cf,
    version('v2', '0dede3def700a6db819381be6e269dcbf9bd2ed9', {
      labelPrefix: 'quicv2',
      initialType: 1,
      retryType: 0,
    }),
  ],
  [0xff00_0016, version('draft-22', DRAFT_22_SALT)],
  ...[23, 24, 25, 26, 27, 28].map(
    (draft) => [0xff00_0000 + draft, version(`draft-${draft}`, DRAFT_23_SALT)] as const,
  ),
  [0xface_b001, version('mvfst-1', DRAFT_22_SALT)],
  [0xface_b002, version('mvfst-2', DRAFT_23_SALT)],
  [0xface_b00e, version('mvfst-experimental', DRAFT_23_SALT)],
  ...[29, 30, 31, 32].map(
    (draft) => [0xff00_0000 + draft, version(`draft-${draft}`, DRAFT_29_SALT)] as const,
  ),
  ...[33, 34].map((draft) => [0xff00_0000 + draft, version(`draft-${draft}`, V1_SALT)] as const),
  // Google's versions with TLS.
  [0x5430_3530, version('T050', '7ff579e5acd072915580304c43a2367c60488310')],
  [0x5430_3531, version('T051', '7a4edef4e7ccee5fa4506c19124fc8ccda6e033d')],
  [0x5130_3530, version('Q050', '504574efd066fe2f9d945cfcdbd3a7f0d3b56b45', { isGoogleCrypto: true })],
]);
