"""Writes quic.json next to this file: first datagrams of QUIC clients, and the names that tshark reads in them.

Run with: python3 -m venv v && v/bin/pip install aioquic==1.7.2 && v/bin/python make-quic.py
Run with TShark 4.0.17, which must be on the PATH. The samples of the RFCs are encrypted from their plain text by
aioquic's packet protection, and must begin and end as printed in the RFC. The others come from aioquic's clients, or
are built here in Google's formats (QUIC Crypto by Langley and Chang; salts from QUICHE's crypto_utils.cc).
"""

import json
import pathlib
import struct
import subprocess
import tempfile

from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.crypto import INITIAL_CIPHER_SUITE, CryptoContext, CryptoPair, cipher_suite_hash
from aioquic.quic.crypto import hkdf_expand_label, hkdf_extract
from aioquic.quic.packet import QuicProtocolVersion

HERE = pathlib.Path(__file__).resolve().parent
V1, V2 = QuicProtocolVersion.VERSION_1, QuicProtocolVersion.VERSION_2
CONNECTION_ID = bytes.fromhex("8394c8f03e515708")

# RFC 9001 and RFC 9369, appendix A.2: frames, plain headers, beginning and end of the protected packets.
RFC_FRAMES = bytes.fromhex(
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
    "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
    "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
    "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
    "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
    "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
    "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
    "75300901100f088394c8f03e51570806048000ffff"
).ljust(1162, b"\0")
RFC_SAMPLES = {
    "RFC 9001 A.2": (
        V1,
        "c300000001088394c8f03e5157080000449e00000002",
        "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
        "7e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241e221af44860018ab0856972e194cd934",
    ),
    "RFC 9369 A.2": (
        V2,
        "d36b3343cf088394c8f03e5157080000449e00000002",
        "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
        "9a37ddec600545473cfb5a05e08d0b209973b2172b4d21fb69745a262ccde96ba18b2faa745b6fe189cf772a9f84cbfc",
    ),
}


def rfc_sample(version, header, beginning, end):
    pair = CryptoPair()
    pair.setup_initial(CONNECTION_ID, is_client=True, version=version)
    packet = pair.encrypt_packet(bytes.fromhex(header), RFC_FRAMES, 2)
    assert packet.hex().startswith(beginning) and packet.hex().endswith(end)
    return [packet]


def aioquic_client(name, version, alpn):
    configuration = QuicConfiguration(
        is_client=True, server_name=name, alpn_protocols=alpn, original_version=version, supported_versions=[version]
    )
    connection = QuicConnection(configuration=configuration)
    connection.connect(("192.0.2.1", 443), now=0.0)
    return [datagram for datagram, _ in connection.datagrams_to_send(now=0.0)]


def chlo(name):
    """A CHLO message: tags ordered by number, each with the end offset of its value."""
    values = {b"PAD\0": b"-" * 700, b"SNI\0": name, b"VER\0": b"Q0xx", b"CCS\0": bytes(16), b"PDMD": b"X509"}
    tags = sorted(values, key=lambda tag: struct.unpack("<I", tag)[0])
    index, end = b"", 0
    for tag in tags:
        end += len(values[tag])
        index += tag + struct.pack("<I", end)
    return b"CHLO" + struct.pack("<HH", len(tags), 0) + index + b"".join(values[tag] for tag in tags)


def stream_frame(message):
    """Google's STREAM frame with length, no offset, stream 1; big-endian as since Q039."""
    return b"\xa0\x01" + struct.pack(">H", len(message)) + message


def plain_google(version, name):
    """Q039, Q043: flags, connection id, version, packet number, 12 bytes of hash, frames, padding."""
    return [b"\x09" + CONNECTION_ID + version + b"\x01" + bytes(12) + stream_frame(chlo(name)) + bytes(100)]


def long_google(name):
    """Q046: a long header without lengths."""
    return [b"\xc3Q046\x50" + CONNECTION_ID + struct.pack(">I", 1) + bytes(12) + stream_frame(chlo(name)) + bytes(50)]


def protected_google(version, salt, frames):
    """Q050: the header and protection of QUIC v1 with another salt."""
    algorithm = cipher_suite_hash(INITIAL_CIPHER_SUITE)
    secret = hkdf_extract(algorithm, bytes.fromhex(salt), CONNECTION_ID)
    context = CryptoContext()
    context.setup(
        cipher_suite=INITIAL_CIPHER_SUITE,
        secret=hkdf_expand_label(algorithm, secret, b"client in", b"", algorithm.digest_size),
        version=V1,
    )
    frames = frames.ljust(1162, b"\0")
    length = struct.pack(">H", 0x4000 | (4 + len(frames) + 16))
    header = b"\xc3" + version + b"\x08" + CONNECTION_ID + b"\0\0" + length + struct.pack(">I", 1)
    return [context.encrypt_packet(header, frames, 1)]


def q050_frames(name):
    message = chlo(name)
    return b"\x08\x00" + struct.pack(">H", 0x4000 | len(message)) + message


def crypto_stream(frames):
    return frames[4 : 4 + 0xF1]


def crypto_frame(stream, start, end):
    return b"\x06" + struct.pack(">H", 0x4000 | start) + struct.pack(">H", 0x4000 | (end - start)) + stream[start:end]


def scattered():
    """The RFC's hello in five CRYPTO frames between PING and PADDING, in two packets, the end first."""
    stream = crypto_stream(RFC_FRAMES)
    parts = [
        crypto_frame(stream, 150, 241) + b"\x01" + bytes(3) + crypto_frame(stream, 0, 40),
        b"\x02\x00\x00\x00\x00" + crypto_frame(stream, 90, 160) + crypto_frame(stream, 60, 90) + crypto_frame(stream, 30, 70),
    ]
    pair = CryptoPair()
    pair.setup_initial(CONNECTION_ID, is_client=True, version=V1)
    packets = []
    for number, frames in enumerate(parts):
        payload = frames.ljust(1162, b"\0")
        header = bytes.fromhex("c300000001088394c8f03e5157080000449e") + struct.pack(">I", number)
        packets.append(pair.encrypt_packet(header, payload, number))
    return packets


CASES = {
    **{name: rfc_sample(*sample) for name, sample in RFC_SAMPLES.items()},
    "v1, CRYPTO frames in disorder": scattered(),
    "v1, one datagram": aioquic_client("video.example.org", V1, ["h3"]),
    "v1, two datagrams": aioquic_client("large.example.org", V1, [f"protocol-{i:03}" for i in range(120)]),
    "v2, one datagram": aioquic_client("video.example.org", V2, ["h3"]),
    "Q039": plain_google(b"Q039", b"q039.example.com"),
    "Q043": plain_google(b"Q043", b"q043.example.com"),
    "Q046": long_google(b"q046.example.com"),
    "Q050": protected_google(
        b"Q050", "504574efd066fe2f9d945cfcdbd3a7f0d3b56b45", q050_frames(b"q050.example.com")
    ),
}


def capture(datagrams):
    """A pcap of raw IPv4 packets."""
    file = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    for second, payload in enumerate(datagrams):
        udp = struct.pack(">HHHH", 50000, 443, 8 + len(payload), 0) + payload
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\x0a\0\0\x02", b"\xc0\0\2\1")
        file += struct.pack("<IIII", second + 1, 0, len(ip + udp), len(ip + udp)) + ip + udp
    return file


def tshark(datagrams):
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        file.write(capture(datagrams))
        file.flush()
        fields = ["frame.number", "tls.handshake.extensions_server_name", "gquic.tag.sni"]
        command = ["tshark", "-r", file.name, "-T", "fields"] + [part for field in fields for part in ("-e", field)]
        lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    found = [line.split("\t") for line in lines]
    return [{"frame": int(frame), "name": tls or google} for frame, tls, google in found if tls or google]


cases = []
for name, datagrams in CASES.items():
    read = tshark(datagrams)
    print(name, [len(datagram) for datagram in datagrams], read)
    cases.append({"name": name, "datagrams": [datagram.hex() for datagram in datagrams], "tshark": read})
(HERE / "quic.json").write_text(json.dumps(cases, indent=1) + "\n")
