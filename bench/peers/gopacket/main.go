// Command gopacket reads a pcap with pcapgo and decodes every packet with a DecodingLayerParser: Ethernet, VLAN,
// IPv4, IPv6, TCP, UDP into reused layers. Nothing is kept, no flows, no segments, no DNS, no hash.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	reader, err := pcapgo.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		panic(err)
	}
	var ethernet layers.Ethernet
	var vlan layers.Dot1Q
	var ipv4 layers.IPv4
	var ipv6 layers.IPv6
	var tcp layers.TCP
	var udp layers.UDP
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &ethernet, &vlan, &ipv4, &ipv6, &tcp, &udp)
	parser.IgnoreUnsupported = true
	decoded := make([]gopacket.LayerType, 0, 8)
	packets, transport := 0, 0
	for {
		data, _, err := reader.ZeroCopyReadPacketData()
		if err == io.EOF {
			break
		}
		if err != nil {
			panic(err)
		}
		packets++
		// A packet cut by the capture's snap length gives an error after the layers that were decoded.
		_ = parser.DecodeLayers(data, &decoded)
		for _, layer := range decoded {
			if layer == layers.LayerTypeTCP || layer == layers.LayerTypeUDP {
				transport++
			}
		}
	}
	fmt.Printf("{\"packets\":%d,\"decoded\":%d}\n", packets, transport)
}
