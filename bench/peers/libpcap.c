/*
 * Reads a capture with libpcap and decodes Ethernet, VLAN tags, IPv4 and IPv6, TCP and UDP into column arrays of
 * 65,536 rows, which are reused. No flows, no segments, no DNS, no hash. With the argument "bare" it only walks the
 * records.
 */
#include <pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ROWS 65536

static struct {
  int64_t timestamp_us[ROWS];
  uint32_t wire_length[ROWS], captured_length[ROWS], payload_length[ROWS], tcp_seq[ROWS], tcp_ack[ROWS];
  uint16_t source_port[ROWS], destination_port[ROWS], tcp_flags[ROWS], tcp_window[ROWS];
  uint8_t source[ROWS][16], destination[ROWS][16], protocol[ROWS];
} batch;

static uint16_t be16(const u_char *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static uint32_t be32(const u_char *p) { return (uint32_t)be16(p) << 16 | be16(p + 2); }

/* Returns 1 if TCP or UDP was decoded. */
static int decode(const u_char *p, const u_char *end, int row) {
  if (end - p < 14) return 0;
  uint16_t type = be16(p + 12);
  p += 14;
  while ((type == 0x8100 || type == 0x88a8) && end - p >= 4) {
    type = be16(p + 2);
    p += 4;
  }
  uint32_t length;
  uint8_t protocol;
  if (type == 0x0800) {
    if (end - p < 20 || p[0] >> 4 != 4) return 0;
    uint32_t header = (p[0] & 15) * 4u;
    uint32_t total = be16(p + 2);
    if (header < 20 || total < header || (be16(p + 6) & 0x1fff)) return 0;
    length = total - header;
    protocol = p[9];
    memcpy(batch.source[row], p + 12, 4);
    memcpy(batch.destination[row], p + 16, 4);
    p += header;
  } else if (type == 0x86dd) {
    if (end - p < 40 || p[0] >> 4 != 6) return 0;
    length = be16(p + 4);
    protocol = p[6];
    memcpy(batch.source[row], p + 8, 16);
    memcpy(batch.destination[row], p + 24, 16);
    p += 40;
  } else {
    return 0;
  }
  batch.protocol[row] = protocol;
  if (protocol == 6) {
    if (end - p < 16) return 0;
    uint32_t header = (p[12] >> 4) * 4u;
    if (header < 20 || header > length) return 0;
    batch.tcp_seq[row] = be32(p + 4);
    batch.tcp_ack[row] = be32(p + 8);
    batch.tcp_flags[row] = be16(p + 12) & 0x1ff;
    batch.tcp_window[row] = be16(p + 14);
    batch.payload_length[row] = length - header;
  } else if (protocol == 17) {
    if (end - p < 8 || length < 8) return 0;
    batch.tcp_seq[row] = batch.tcp_ack[row] = 0;
    batch.tcp_flags[row] = batch.tcp_window[row] = 0;
    batch.payload_length[row] = length - 8;
  } else {
    return 0;
  }
  batch.source_port[row] = be16(p);
  batch.destination_port[row] = be16(p + 2);
  return 1;
}

int main(int argc, char **argv) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t *pcap = argc > 1 ? pcap_open_offline(argv[1], error) : NULL;
  if (!pcap) {
    fprintf(stderr, "usage: libpcap FILE [bare]\n");
    return 1;
  }
  int bare = argc > 2 && !strcmp(argv[2], "bare");
  struct pcap_pkthdr *header;
  const u_char *data;
  uint64_t packets = 0, decoded = 0;
  while (pcap_next_ex(pcap, &header, &data) == 1) {
    int row = (int)(packets++ % ROWS);
    if (bare) continue;
    batch.timestamp_us[row] = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec;
    batch.wire_length[row] = header->len;
    batch.captured_length[row] = header->caplen;
    decoded += decode(data, data + header->caplen, row);
  }
  printf("{\"packets\":%llu,\"decoded\":%llu}\n", (unsigned long long)packets, (unsigned long long)decoded);
  pcap_close(pcap);
  return 0;
}
