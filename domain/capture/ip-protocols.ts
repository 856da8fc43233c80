/** IANA protocol numbers that the decoder reads on. */
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
